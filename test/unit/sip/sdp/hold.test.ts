import { holds } from '../../../../sip/sdp/hold';

const sdp = (direction: string, { session = '', address = '192.0.2.1', port = 4000 } = {}) =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', `c=IN IP4 ${address}`, 't=0 0'],
    ...(session === '' ? [] : [`a=${session}`]),
    `m=audio ${port} RTP/AVP 8`,
    ...(direction === '' ? [] : [`a=${direction}`]),
    '',
  ].join('\r\n');

test.each([
  ['sendonly', sdp('sendonly'), true],
  ['inactive', sdp('inactive'), true],
  ['the address 0.0.0.0', sdp('', { address: '0.0.0.0' }), true],
  ['0.0.0.0 and sendrecv', sdp('sendrecv', { address: '0.0.0.0' }), true],
  ['sendonly of the session', sdp('', { session: 'sendonly' }), true],
  ['no stream', sdp('sendrecv', { port: 0 }), true],
  ['no direction', sdp(''), false],
  ['sendrecv', sdp('sendrecv', { session: 'sendonly' }), false],
  ['recvonly, which listens', sdp('recvonly'), false],
])('%s', (_what, text, expected) => {
  expect(holds(text)).toBe(expected);
});
