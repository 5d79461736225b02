import { createHash } from 'node:crypto';
import {
  DIGEST_ALGORITHMS,
  DigestGate,
  ha1,
  parseDigest,
  type DigestAlgorithm,
} from '../../../src/telephony/digest';

const REALM = 'openline';
const MD5 = ha1('8001', REALM, 'secret');
const SHA256 = ha1('8001', REALM, 'secret', 'SHA-256');
const secrets: Record<string, object> = {
  '8001': { MD5, 'SHA-256': SHA256 },
  // Its password was given before there was SHA-256.
  '8003': { MD5: ha1('8003', REALM, 'secret') },
};
const hash = (algorithm: DigestAlgorithm, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
const challengeOf = (g: DigestGate, now: number, stale = false, algorithms = DIGEST_ALGORITHMS) =>
  g.challenges({ now, stale, algorithms })[0] ?? '';

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
  /** The parameter as sent; null: left out. */
  algorithm?: string | null;
}

/** What a phone answers to a challenge (RFC 7616 §3.4). */
function answer(challenge: string, options: Answer = {}): string {
  const { user = '8001', password = 'secret', nc = '00000001', realm = REALM } = options;
  const given = parseDigest(challenge);
  const { nonce } = given;
  const { algorithm = given['algorithm'] } = options;
  const by: DigestAlgorithm = algorithm?.toUpperCase().startsWith('SHA') ? 'SHA-256' : 'MD5';
  const uri = 'sip:127.0.0.1';
  const ha2 = hash(by, `REGISTER:${uri}`);
  const secret = ha1(user, realm, password, by);
  const response = hash(by, `${secret}:${nonce}:${nc}:abc:auth:${ha2}`);
  const named = algorithm === null ? '' : `algorithm=${algorithm}, `;
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ${named}cnonce="abc", qop=auth, nc=${nc}`;
}

const check = (g: DigestGate, authorization: string | undefined, now = 1000) =>
  g.check({ method: 'REGISTER', authorization, now }).result;

describe('digest authentication', () => {
  test('the challenges stand strongest first, and say so when only the nonce is old', () => {
    const all = gate().challenges({ now: 1000, stale: true, algorithms: DIGEST_ALGORITHMS });
    expect(all.map((one) => parseDigest(one))).toMatchObject([
      { algorithm: 'SHA-256', stale: 'true', qop: 'auth', realm: REALM },
      { algorithm: 'MD5', stale: 'true', qop: 'auth', realm: REALM },
    ]);
  });

  test.each([
    ['SHA-256', '8001', 'good'],
    ['sha-256', '8001', 'good'],
    ['MD5', '8001', 'good'],
    [null, '8001', 'good'],
    // Not offered to it, or to anybody: told like a wrong password.
    ['SHA-256', '8003', 'wrong'],
    ['MD5', '8003', 'good'],
    ['MD5-sess', '8001', 'wrong'],
    ['SHA-256-sess', '8001', 'wrong'],
    ['SHA-512-256', '8001', 'wrong'],
  ])('the right password by %s of %s is %s', (algorithm, user, result) => {
    const g = gate();
    expect(check(g, answer(challengeOf(g, 1000), { algorithm, user }))).toBe(result);
  });

  test('a nonce that served by one algorithm does not serve again by the other', () => {
    const g = gate();
    const challenge = challengeOf(g, 1000);
    expect(check(g, answer(challenge, { algorithm: 'SHA-256' }))).toBe('good');
    expect(check(g, answer(challenge, { algorithm: 'MD5' }))).toBe('stale');
  });

  test('the right password on a fresh nonce is good', () => {
    const g = gate();
    expect(check(g, answer(challengeOf(g, 1000)))).toBe('good');
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
    expect(check(g, answer(challengeOf(g, 1000), options))).toBe('wrong');
  });

  test('no credentials are missing, not wrong', () => {
    expect(check(gate(), undefined)).toBe('missing');
  });

  test('a request sent a second time is stale; a higher nc is good', () => {
    const g = gate();
    const challenge = challengeOf(g, 1000);
    expect(check(g, answer(challenge))).toBe('good');
    expect(check(g, answer(challenge))).toBe('stale');
    expect(check(g, answer(challenge, { nc: '00000002' }))).toBe('good');
  });

  test('a nonce of five minutes ago is stale for the right password, wrong for another', () => {
    const g = gate();
    const challenge = challengeOf(g, 1000);
    expect(check(g, answer(challenge), 302_000)).toBe('stale');
    expect(check(g, answer(challenge, { password: 'guess' }), 302_000)).toBe('wrong');
  });

  test('a nonce of another server is stale, so that the phone asks again after a restart', () => {
    const foreign = challengeOf(gate(), 1000);
    expect(check(gate(), answer(foreign))).toBe('stale');
  });
});

test('an unknown user takes as long to refuse as a wrong password', () => {
  const g = gate();
  const challenge = challengeOf(g, 1000);
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
