import { localAddressFor, nearness } from '../../../../sip/transport/local-address';

test('a listener on one address has only that', () => {
  expect(localAddressFor('127.0.0.9', '10.0.0.1')).toBe('127.0.0.9');
});

test('a peer on loopback sees a loopback address of a wildcard listener', () => {
  expect(localAddressFor('0.0.0.0', '127.0.0.1')).toBe('127.0.0.1');
});

test.each([
  ['10.1.2.3', '10.1.2.9', '10.1.9.9'],
  ['192.168.1.1', '8.8.8.8', '127.0.0.1'],
  ['127.0.0.1', '127.5.0.1', '10.0.0.1'],
])('for %s, %s is nearer than %s', (remote, near, far) => {
  expect(nearness(near, remote)).toBeGreaterThan(nearness(far, remote));
});
