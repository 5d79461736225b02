import { elsewhere, type PlainRequest } from '../../../src/http/to-https';

const PAGE: PlainRequest = {
  method: 'GET',
  url: '/desk?x=1',
  headers: { host: '10.1.2.3:8080', 'upgrade-insecure-requests': '1' },
  localAddress: '10.1.2.3',
  byProxy: false,
};
const HTTPS = [{ host: '0.0.0.0', port: 8443 }];
const ask = (change: Partial<PlainRequest>, secure = HTTPS) =>
  elsewhere({ ...PAGE, ...change }, secure);
const host = (name: string) => ({ headers: { ...PAGE.headers, host: name } });

test.each([
  ['a page that is opened', {}, HTTPS, 'https://10.1.2.3:8443/desk?x=1'],
  ['by name', host('pbx.example'), HTTPS, 'https://pbx.example:8443/desk?x=1'],
  ['over IPv6', { ...host('[2001:db8::5]:8080'), localAddress: '2001:db8::5' }, HTTPS, null],
  [
    'over IPv6, where https listens on it',
    { ...host('[2001:db8::5]:8080'), localAddress: '2001:db8::5' },
    [{ host: '::', port: 9 }],
    'https://[2001:db8::5]:9/desk?x=1',
  ],
  ['mapped', { localAddress: '::ffff:10.1.2.3' }, HTTPS, 'https://10.1.2.3:8443/desk?x=1'],
  ['https elsewhere only', {}, [{ host: '10.1.2.4', port: 8443 }], null],
  ['no https', {}, [], null],
  ['by a proxy of ours', { byProxy: true }, HTTPS, null],
  ['loopback', { localAddress: '127.0.0.1' }, HTTPS, null],
  ['a program', { headers: { host: '10.1.2.3:8080' } }, HTTPS, null],
  ['a form', { method: 'POST' }, HTTPS, null],
  ['no host', { headers: { 'upgrade-insecure-requests': '1' } }, HTTPS, null],
  ['a host that is none', host('evil.example/@'), HTTPS, null],
  ['a host with a line break', host('a\r\nSet-Cookie: x'), HTTPS, null],
  ['a proxy’s absolute address', { url: 'http://evil.example/' }, HTTPS, null],
])('%s', (_what, change, secure, expected) => {
  expect(ask(change, secure)).toBe(expected);
});
