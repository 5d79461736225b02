import { holds, standsStill } from '../../../../sip/sdp/hold';

const sdp = (direction: string, { session = '', address = '192.0.2.1', port = 4000 } = {}) =>
  [
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', `c=IN IP4 ${address}`, 't=0 0'],
    ...(session === '' ? [] : [`a=${session}`]),
    `m=audio ${port} RTP/AVP 8`,
    ...(direction === '' ? [] : [`a=${direction}`]),
    '',
  ].join('\r\n');

const second = 'm=audio 4002 RTP/AVP 8\r\n';

test.each([
  ['sendonly', sdp('sendonly'), true, false],
  ['inactive', sdp('inactive'), true, true],
  ['inactive of the session', sdp('', { session: 'inactive' }), true, true],
  ['the address 0.0.0.0', sdp('', { address: '0.0.0.0' }), true, false],
  ['0.0.0.0 and sendrecv', sdp('sendrecv', { address: '0.0.0.0' }), true, false],
  ['0.0.0.0, which does not send either', sdp('recvonly', { address: '0.0.0.0' }), true, true],
  ['sendonly of the session', sdp('', { session: 'sendonly' }), true, false],
  ['no stream', sdp('sendrecv', { port: 0 }), true, false],
  ['no direction', sdp(''), false, false],
  ['sendrecv', sdp('sendrecv', { session: 'sendonly' }), false, false],
  ['recvonly, which listens', sdp('recvonly'), false, false],
  ['inactive, and a second stream that is not', `${sdp('inactive')}${second}`, true, false],
  ['inactive, and a second one', `${sdp('inactive')}${second}a=inactive\r\n`, true, true],
])('%s', (_what, text, isHeld, isStill) => {
  expect([holds(text), standsStill(text)]).toEqual([isHeld, isStill]);
});

test('what is no description stands not still', () => {
  expect(['', 'm=audio x'].map(standsStill)).toEqual([false, false]);
});
