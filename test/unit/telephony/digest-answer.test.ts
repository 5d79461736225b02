import { answerChallenge } from '../../../src/telephony/digest-answer';

const HEADER = 'SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 192.0.2.1\r\n';
const request = { method: 'REGISTER', uri: 'sip:carrier', cnonce: 'c1' };
const account = { account: 'line1', realm: 'ims', ha1: 'a'.repeat(32), ha1Sha256: 'b'.repeat(64) };
const answered = (...lines: string[]) =>
  answerChallenge(`${HEADER}${lines.join('\r\n')}\r\n\r\nbody`, account, request);

test.each([
  [
    'several in one header',
    ['WWW-Authenticate: Digest realm="x", nonce="1", Digest realm="ims", nonce="2"'],
  ],
  [
    'one of several headers',
    ['WWW-Authenticate: Basic realm="ims"', 'www-authenticate:digest nonce="2",realm="ims"'],
  ],
  ['a folded header', ['WWW-Authenticate: Digest realm="ims",', '  nonce="2"']],
  [
    'the strongest known',
    [
      'WWW-Authenticate: Digest realm="ims", nonce="3", algorithm=SHA-512-256, Digest realm="ims", nonce="2"',
    ],
  ],
])('%s is answered', (_what, lines) => {
  const headers = { Authorization: expect.stringContaining('nonce="2"') as string };
  expect(answered(...lines)).toEqual({ headers });
});

test('a proxy is answered in its own header', () => {
  const made = answered(
    'Proxy-Authenticate: Digest realm="ims", nonce="2", algorithm=md5, qop="auth"',
  );
  expect(made).toHaveProperty('headers.Proxy-Authorization');
});

test.each([
  ['another realm', ['WWW-Authenticate: Digest realm="else", nonce="2"'], ['else']],
  [
    'integrity, which we do not offer',
    ['WWW-Authenticate: Digest realm="ims", nonce="2", qop="auth-int"'],
    ['ims'],
  ],
  ['a challenge without nonce', ['WWW-Authenticate: Digest realm="ims"'], ['ims']],
  ['none', [], []],
])('%s is not answered', (_what, lines, realms) => {
  expect(answered(...lines)).toEqual({ realms });
});
