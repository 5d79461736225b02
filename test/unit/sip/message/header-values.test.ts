import {
  paramOf,
  parseNameAddr,
  splitList,
  tagOf,
  withTag,
} from '../../../../sip/message/header-values';
import { headerKey, spellHeader, spellOut } from '../../../../sip/message/header-names';
import { parseHostPort, parseUri } from '../../../../sip/message/uri';
import { parseVia } from '../../../../sip/message/via';

test('lists split at commas outside quotes and brackets', () => {
  expect(splitList('"a, b" <sip:x,y@h>;q=1, <sip:z>')).toEqual([
    '"a, b" <sip:x,y@h>;q=1',
    '<sip:z>',
  ]);
  expect(splitList(' one ')).toEqual(['one']);
});

test.each([
  ['<sip:a@b;x=1>;tag=t', { display: '', uri: 'sip:a@b;x=1', params: ';tag=t' }],
  ['"A <B>" <sip:a@b>', { display: '"A <B>"', uri: 'sip:a@b', params: '' }],
  ['sip:a@b;tag=t', { display: '', uri: 'sip:a@b', params: ';tag=t' }],
  ['Bob <sip:b@c> ;tag=t', { display: 'Bob', uri: 'sip:b@c', params: ';tag=t' }],
])('name-addr %s is taken apart', (value, parts) => {
  expect(parseNameAddr(value)).toEqual(parts);
});

test('parameters are found whatever their case, and a bare one is empty', () => {
  expect(paramOf(';LR;Tag=x', 'tag')).toBe('x');
  expect(paramOf(';LR;Tag=x', 'lr')).toBe('');
  expect(paramOf(';LR;Tag=x', 'ta')).toBeUndefined();
});

test('what looks like a parameter inside quotes is none', () => {
  const params = ';x="a;tag=evil\\";tag=worse";tag=good;y="open;tag=last';
  expect(paramOf(params, 'tag')).toBe('good');
  expect(paramOf(params, 'x')).toBe('"a;tag=evil\\";tag=worse"');
  expect(paramOf(';y="open;tag=last', 'tag')).toBe('last');
});

test('a tag is set once', () => {
  expect(withTag('<sip:a>', 't')).toBe('<sip:a>;tag=t');
  expect(withTag('<sip:a>;tag=s', 't')).toBe('<sip:a>;tag=s');
  expect(tagOf('<sip:a;tag=no>')).toBeUndefined();
});

test.each([
  [
    'sip:a@B.com:5070;transport=tcp',
    { scheme: 'sip', user: 'a', host: 'b.com', port: 5070, tail: ';transport=tcp' },
  ],
  ['sips:[::1]', { scheme: 'sips', user: '', host: '::1', port: undefined, tail: '' }],
  [
    'sip:a;p=x@h?h=v@w',
    { scheme: 'sip', user: 'a;p=x', host: 'h', port: undefined, tail: '?h=v@w' },
  ],
])('URI %s is taken apart', (text, parts) => {
  expect(parseUri(text)).toEqual(parts);
});

test.each(['tel:123', 'sip:', 'sip:a@', 'sip:a@h:0', 'sip:a@h:70000', 'sip:a@h h'])(
  '%s is no SIP URI',
  (text) => {
    expect(parseUri(text)).toBeUndefined();
  },
);

test('host and port stand alone too', () => {
  expect(parseHostPort('[fe80::1]:5060')).toEqual({ host: 'fe80::1', port: 5060 });
  expect(parseHostPort('')).toBeUndefined();
});

test('a Via allows white space and several values', () => {
  expect(parseVia('SIP / 2.0 / UDP  h : 5060 ;branch=z, SIP/2.0/TCP i')).toMatchObject({
    transport: 'udp',
    host: 'h',
    port: 5060,
    branch: 'z',
  });
});

test('names are compared by their long form and written canonically', () => {
  expect(headerKey('i')).toBe('call-id');
  expect(headerKey('cAlL-Id')).toBe('call-id');
  expect(headerKey('X-Foo')).toBe('x-foo');
  expect(spellHeader('call-id')).toBe('Call-ID');
  expect(spellHeader('x-lower')).toBe('x-lower');
  expect(spellHeader('my-header')).toBe('My-Header');
  expect(spellHeader('s')).toBe('S');
});

/** IANA, "Session Initiation Protocol (SIP) Parameters", header fields with a compact form. */
test.each(
  [
    'a Accept-Contact b Referred-By c Content-Type d Request-Disposition e Content-Encoding f From',
    'i Call-ID j Reject-Contact k Supported l Content-Length m Contact o Event r Refer-To s Subject',
    't To u Allow-Events v Via x Session-Expires y Identity',
  ]
    .join(' ')
    .split(/ (?=. )/)
    .map((pair) => pair.split(' ') as [string, string]),
)('%s is %s', (short, long) => {
  expect(headerKey(short)).toBe(long.toLowerCase());
  expect(headerKey(short.toUpperCase())).toBe(headerKey(long));
});

test('compact names are written out in the head alone, and others stay as they are', () => {
  const head =
    'REFER sip:a SIP/2.0\r\nr: <sip:b>\r\nO : refer\r\nX: 90\r\nq: 1\r\nTo: c: d\r\n\r\n';
  const long = head
    .replace('r: <', 'Refer-To: <')
    .replace('O :', 'Event :')
    .replace('X: 9', 'Session-Expires: 9');
  expect(spellOut(`${head}\r\nr: body`)).toBe(`${long}\r\nr: body`);
  expect(spellOut(long)).toBe(long);
});
