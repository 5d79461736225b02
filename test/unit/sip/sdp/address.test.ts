import { isIP } from 'node:net';
import { familyOf, isUnspecified } from '../../../../sip/sdp/address';

test.each([
  '192.0.2.1',
  '0.0.0.0',
  '255.255.255.255',
  '192.0.2.256',
  '192.0.2',
  '192.0.2.1.5',
  '::',
  '::1',
  '2001:DB8::1',
  '2001:db8:0:1:2:3:4:5',
  '1:2:3:4:5:6:7::',
  '::ffff:192.0.2.1',
  '64:ff9b::192.0.2.33',
  '1:2:3:4:5:6:192.0.2.1',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  '1::2::3',
  '12345::',
  ':::',
  ':1',
  '1:',
  '192.0.2.1::',
  '::192.0.2.1:5',
  '::ffff:192.0.2.300',
  '1:2:3:4:5:6:7:192.0.2.1',
  'g::1',
  'sip.example.com',
  '',
])('%j is of the family that Node says', (address) => {
  expect(familyOf(address) ?? 0).toBe(isIP(address));
});

test('an address with a zone is no literal that a far side could send', () => {
  expect(familyOf('fe80::1%eth0')).toBeNull();
});

test.each([
  ['0.0.0.0', true],
  ['::', true],
  ['0:0:0:0:0:0:0:0', true],
  ['0.0.0.1', false],
  ['::1', false],
  ['0', false],
])('nothing can be sent to %s: %s', (address, is) => {
  expect(isUnspecified(address)).toBe(is);
});
