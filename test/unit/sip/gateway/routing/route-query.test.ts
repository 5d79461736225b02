import { parseMessage } from '../../../../../sip/message/sip-message';
import { urlWithQuery } from '../../../../../sip/gateway/routing/route-query';

const origin = { protocol: 'tls', address: '192.0.2.7' };

function query(
  uri: string,
  { from = '<sip:alice@a.example>;tag=1', to = '<sip:bob@b.example>', more = '' } = {},
  url = 'http://web.example/route',
): string {
  const text =
    `INVITE ${uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\nFrom: ${from}\r\n` +
    `To: ${to}\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n${more}Content-Length: 0\r\n\r\n`;
  const request = parseMessage(text);
  if (request === undefined) throw new Error('no message');
  return urlWithQuery(new URL(url), request, origin).href;
}

test('all parts stand in the query, empty ones too', () => {
  expect(query('sip:400@pbx.example:5070')).toBe(
    'http://web.example/route?method=INVITE&domain=pbx.example&protocol=tls' +
      '&source_address=192.0.2.7&fromUser=alice&toUser=bob&uriUser=400&contentType=' +
      '&uri=sip%3A400%40pbx.example%3A5070',
  );
});

test.each([
  ['a password is left out', 'sip:400:pw@h', {}, 'uriUser', '400'],
  ['a tel URI has a user', 'tel:+49301234;phone-context=x', {}, 'uriUser', '+49301234'],
  ['IPv6 keeps its brackets', 'sip:400@[2001:db8::1]', {}, 'domain', '[2001:db8::1]'],
  ['UTF-8 arrives as it is', 'sip:400@h', { to: '<sip:Ã¼@b>' }, 'toUser', 'ü'],
  ['escapes stay escapes', 'sip:%2B49@h', {}, 'uriUser', '%2B49'],
  [
    'a type is told',
    'sip:400@h',
    { more: 'Content-Type: application/sdp\r\n' },
    'contentType',
    'application/sdp',
  ],
  ['a parameter is told', 'sip:400@h;store=7;x?Subject=a', {}, 'store', '7'],
  ['a parameter without a value is told', 'sip:400@h;store=7;x?Subject=a', {}, 'x', ''],
  ['headers in the URI are none', 'sip:400@h;store=7;x?Subject=a', {}, 'Subject', null],
])('%s', (_what, uri, parts, name, value) => {
  expect(new URL(query(uri, parts)).searchParams.get(name)).toBe(value);
});

test('a Request-URI cannot overwrite what is said of its sender', () => {
  const { searchParams } = new URL(query('sip:400@h;source_address=10.0.0.1;Method=x&y;z=a%26b'));
  expect(searchParams.getAll('source_address')).toEqual(['192.0.2.7']);
  expect(searchParams.get('Method')).toBeNull();
  expect(searchParams.get('z')).toBe('a%26b');
});

test('a query that the URL has already comes first', () => {
  expect(query('sip:400@h', {}, 'https://web.example/?key=1&b=')).toContain(
    'https://web.example/?key=1&b=&method=INVITE&domain=h&',
  );
});
