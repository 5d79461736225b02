import { parseAppMessage } from '../../../../sip/gateway/app-message';

test('authenticate has tags, of which odd ones are dropped', () => {
  expect(parseAppMessage('1|authenticate|s|a,b c,cell-1')).toEqual({
    kind: 'authenticate',
    id: '1',
    secret: 's',
    tags: ['a', 'cell-1'],
  });
  expect(parseAppMessage('1|authenticate|s|')).toMatchObject({ tags: [] });
});

test('sip has transaction, dialog and route, each may be empty, and fewer tokens do no harm', () => {
  expect(parseAppMessage('1|sip||d|\r\nBYE sip:placeholder SIP/2.0\r\n\r\n')).toEqual({
    kind: 'sip',
    id: '1',
    transactionId: '',
    dialogId: 'd',
    routeUrl: '',
    sip: 'BYE sip:placeholder SIP/2.0\r\n\r\n',
  });
  expect(parseAppMessage('1|sip')).toMatchObject({ kind: 'sip', transactionId: '' });
});

test('proxy names its destinations and how to try them', () => {
  const text =
    '1|proxy|t|remainInDialog|fullResponse||serial|2s||sip:a|sip:b\r\nINVITE sip:a SIP/2.0';
  expect(parseAppMessage(text)).toMatchObject({
    kind: 'proxy',
    recordRoute: true,
    fullResponse: true,
    followRedirects: false,
    simultaneous: false,
    provisionalTimeoutMs: 2000,
    destinations: ['sip:a', 'sip:b'],
  });
});

test.each([
  ['3', 'Invalid message format'],
  ['3|frobnicate', 'Unknown message type'],
  ['3|sip||\r\nSIP/2.0 200 OK', 'transaction id missing'],
  ['3|proxy|t', 'Invalid proxy request: not enough information provided'],
])('%s is refused', (message, text) => {
  expect(parseAppMessage(message)).toEqual({ kind: 'refused', id: '3', text });
});
