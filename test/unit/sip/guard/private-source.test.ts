import { isPrivateSource } from '../../../../sip/guard/private-source';

test.each([
  '127.0.0.1',
  '10.255.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.3.4',
  '169.254.1.1',
  '::1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00::1',
  '::ffff:10.0.0.1',
])('%s is served', (address) => {
  expect(isPrivateSource(address)).toBe(true);
});

test.each([
  '8.8.8.8',
  '172.32.0.1',
  '192.169.0.1',
  '2001:db8::1',
  '::ffff:8.8.8.8',
  'nonsense',
  '',
])('%s is not', (address) => {
  expect(isPrivateSource(address)).toBe(false);
});
