import { createHash } from 'node:crypto';
import { DigestGate, ha1, parseDigest } from '../../../src/telephony/digest';

const REALM = 'openline';
const secrets: Record<string, string> = { '8001': ha1('8001', REALM, 'secret') };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');

function gate() {
  return new DigestGate(
    () => REALM,
    (user) => secrets[user],
  );
}

interface Answer {
  user?: string;
  password?: string;
  nc?: string;
  realm?: string;
}

/** What a phone answers to a challenge (RFC 2617 §3.2.2). */
function answer(challenge: string, options: Answer = {}): string {
  const { user = '8001', password = 'secret', nc = '00000001', realm = REALM } = options;
  const { nonce } = parseDigest(challenge);
  const uri = 'sip:127.0.0.1';
  const ha2 = md5(`REGISTER:${uri}`);
  const response = md5(`${ha1(user, realm, password)}:${nonce}:${nc}:abc:auth:${ha2}`);
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, cnonce="abc", qop=auth, nc=${nc}`;
}

const check = (g: DigestGate, authorization: string | undefined, now = 1000) =>
  g.check({ method: 'REGISTER', authorization, now }).result;

describe('digest authentication', () => {
  test('the right password on a fresh nonce is good', () => {
    const g = gate();
    expect(check(g, answer(g.challenge(1000, false)))).toBe('good');
  });

  test('the example of RFC 2617 §3.5 gives its printed HA1', () => {
    expect(ha1('Mufasa', 'testrealm@host.com', 'Circle Of Life')).toBe(
      '939e7578ed9e3c518a452acee763bce9',
    );
  });

  test.each([
    ['a wrong password', { password: 'guess' }],
    ['an unknown user', { user: '9999' }],
    ['another realm', { realm: 'elsewhere' }],
  ])('%s is wrong, and nothing more is told', (_name, options: Answer) => {
    const g = gate();
    expect(check(g, answer(g.challenge(1000, false), options))).toBe('wrong');
  });

  test('no credentials are missing, not wrong', () => {
    expect(check(gate(), undefined)).toBe('missing');
  });

  test('a request sent a second time is stale; a higher nc is good', () => {
    const g = gate();
    const challenge = g.challenge(1000, false);
    expect(check(g, answer(challenge))).toBe('good');
    expect(check(g, answer(challenge))).toBe('stale');
    expect(check(g, answer(challenge, { nc: '00000002' }))).toBe('good');
  });

  test('a nonce of five minutes ago is stale for the right password, wrong for another', () => {
    const g = gate();
    const challenge = g.challenge(1000, false);
    expect(check(g, answer(challenge), 302_000)).toBe('stale');
    expect(check(g, answer(challenge, { password: 'guess' }), 302_000)).toBe('wrong');
  });

  test('a nonce of another server is stale, so that the phone asks again after a restart', () => {
    const foreign = gate().challenge(1000, false);
    expect(check(gate(), answer(foreign))).toBe('stale');
  });
});

test('an unknown user takes as long to refuse as a wrong password', () => {
  const g = gate();
  const challenge = g.challenge(1000, false);
  const attempts = [{ password: 'guess' }, { user: '9999' }].map((one) => answer(challenge, one));
  const times: number[][] = attempts.map(() => []);
  // One after the other, so that whatever else this machine does slows both alike.
  for (let i = 0; i < 6000; i++) {
    const at = performance.now();
    check(g, attempts[i % 2]);
    times[i % 2]?.push(performance.now() - at);
  }
  const [wrong = 0, unknown = 0] = times.map((all) => all.sort((a, b) => a - b)[1500] ?? 0);
  expect(unknown / wrong).toBeGreaterThan(0.85);
  expect(unknown / wrong).toBeLessThan(1.18);
});
