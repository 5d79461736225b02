import { codeOf, stepAt } from '../../src/engine/sign-in/totp';
import { SecondFactors } from '../../src/engine/sign-in/second-factors';
import type { PlanSignIn } from '../../src/domain/plan';
import { PASSWORD, startHttp } from '../support/http';
import type { Method, TestHttp } from '../support/http';

let http: TestHttp;

beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

const signIn = (code?: string, user = 'chen', password = PASSWORD) =>
  http.ask(null, 'POST', '/api/session', { user, password, ...(code && { code }) });

const ask = (token: string, method: Method, url: string, payload?: object) =>
  http.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${token}` } },
    ...(payload && { payload }),
  });

/** A telephone that shows codes. */
class Phone {
  constructor(private readonly secret: Buffer) {}

  code = (): string => codeOf(this.secret, stepAt(http.clock.now));

  /** The next code that nobody has used. */
  next(): string {
    http.clock.now += 30_000;
    return this.code();
  }
}

function fromBase32(text: string): Buffer {
  const bits = [...text]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
}

/** Sets one up: the telephone, the codes on paper, and the session that did it. */
async function setUp(user = 'chen') {
  const token = (await signIn(undefined, user)).cookies[0]?.value ?? '';
  const shown = await ask(token, 'POST', '/api/me/second-factor', { password: PASSWORD });
  const { secret, uri } = shown.json<{ secret: string; uri: string }>();
  expect(uri).toContain(`otpauth://totp/Openline:${user}?secret=${secret}&`);
  const phone = new Phone(fromBase32(secret));
  const confirmed = await ask(token, 'POST', '/api/me/second-factor/confirm', {
    code: phone.code(),
  });
  expect(confirmed.statusCode).toBe(200);
  return {
    token,
    phone,
    secret,
    paper: confirmed.json<{ recoveryCodes: string[] }>().recoveryCodes,
  };
}

test('with one a password alone is not enough, and each code is good once', async () => {
  const { phone } = await setUp();
  const without = await signIn();
  expect(without.statusCode).toBe(401);
  expect(without.json()).toMatchObject({ code: 'CODE_NEEDED' });
  expect((await signIn(phone.code())).statusCode).toBe(401);
  const code = phone.next();
  expect((await signIn(code)).statusCode).toBe(200);
  const again = await signIn(code);
  expect(again.statusCode).toBe(401);
  expect(again.json()).toMatchObject({ code: 'WRONG_CREDENTIALS' });
  expect((await signIn(phone.next())).statusCode).toBe(200);
});

test('of two who use one code at the same time one is let in', async () => {
  const { phone } = await setUp();
  const code = phone.next();
  const both = await Promise.all([signIn(code), signIn(code)]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401]);
});

test('codes from paper are good once each, in capitals too', async () => {
  const { paper } = await setUp();
  expect(new Set(paper).size).toBe(8);
  const [first = '', second = ''] = paper;
  expect((await signIn(first.toUpperCase())).statusCode).toBe(200);
  expect((await signIn(first)).statusCode).toBe(401);
  expect((await signIn(second)).statusCode).toBe(200);
});

test('a right password does not give back the guesses at codes', async () => {
  await setUp();
  const statuses: number[] = [];
  for (let n = 0; n < 4; n += 1) {
    statuses.push((await signIn('000000')).statusCode, (await signIn()).statusCode);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
});

test('it outlives a restart, used codes too, and nobody reads its secret on disk', async () => {
  const { phone, secret, paper } = await setUp();
  const code = phone.next();
  await signIn(code);
  const text = JSON.stringify(http.journal.records);
  for (const told of [secret, fromBase32(secret).toString('base64url'), ...paper])
    expect(text).not.toContain(told);
  const newest = http.journal.of('factor.saved').at(-1)?.factor;
  const { journal, clock } = http;
  const life = (key: Buffer) => {
    const factors = new SecondFactors({ journal, now: () => clock.now, key });
    if (newest) factors.restore([newest]);
    return factors;
  };
  const next = life(Buffer.alloc(32, 5));
  expect(await next.use('chen', code)).toBe(false);
  const fresh = phone.next();
  // A stolen database without the data folder.
  expect(await life(Buffer.alloc(32, 6)).use('chen', fresh)).toBe(false);
  expect(await next.use('chen', fresh)).toBe(true);
});

test('whoever has the session only sets up none, and the one that is there is not replaced without its code', async () => {
  const { token, phone } = await setUp();
  const begin = (payload: object) => ask(token, 'POST', '/api/me/second-factor', payload);
  expect((await begin({ password: 'wrong' })).statusCode).toBe(401);
  expect((await begin({ password: PASSWORD })).statusCode).toBe(401);
  expect((await begin({ password: PASSWORD, code: phone.next() })).statusCode).toBe(200);
  // Not confirmed: the old one counts.
  const wrong = await ask(token, 'POST', '/api/me/second-factor/confirm', { code: phone.next() });
  expect(wrong.statusCode).toBe(401);
  expect((await signIn(phone.next())).statusCode).toBe(200);
});

test('setting it up ends all other sessions, and is noted', async () => {
  const other = (await signIn()).cookies[0]?.value ?? '';
  const { token } = await setUp();
  expect((await ask(other, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(200);
  expect(http.audited).toEqual([{ who: 'chen', what: 'second-factor.on', subject: 'chen' }]);
});

test('one that cannot be noted is not turned on', async () => {
  await http.close();
  const audit = () => Promise.reject(new Error('the disk is full'));
  http = startHttp({ deps: { audit } });
  const token = (await signIn()).cookies[0]?.value ?? '';
  const shown = await ask(token, 'POST', '/api/me/second-factor', { password: PASSWORD });
  const phone = new Phone(fromBase32(shown.json<{ secret: string }>().secret));
  const code = phone.code();
  const confirmed = await ask(token, 'POST', '/api/me/second-factor/confirm', { code });
  expect(confirmed.statusCode).toBe(500);
  expect(http.journal.of('factor.saved')).toEqual([]);
  expect((await signIn()).statusCode).toBe(200);
});

test('an administrator takes it away from who lost it, and his sessions with it', async () => {
  const { token } = await setUp();
  expect((await http.ask('zhao', 'POST', '/api/people/chen/reset-second-factor')).statusCode).toBe(
    204,
  );
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await signIn()).statusCode).toBe(200);
  expect(http.audited.at(-1)).toEqual({
    ...{ who: 'zhao', what: 'second-factor.reset', subject: 'chen' },
  });
});

test.each<[PlanSignIn['secondFactor'], string, number]>([
  ['off', 'chen', 200],
  ['listeners', 'chen', 403],
  ['listeners', 'wang', 200],
  ['all', 'wang', 403],
])('where the plan says %s, %s without one is answered %i', async (secondFactor, user, status) => {
  http.live.thePlan = { ...http.live.thePlan, signIn: { secondFactor } };
  const token = (await signIn(undefined, user)).cookies[0]?.value ?? '';
  const response = await ask(token, 'GET', '/api/calls');
  expect(response.statusCode).toBe(status);
  const who = await ask(token, 'GET', '/api/session');
  if (status === 200) return expect(who.json()).not.toHaveProperty('mustSetUpSecondFactor');
  expect(response.json()).toMatchObject({ code: 'SECOND_FACTOR_MISSING' });
  expect(who.json()).toMatchObject({ mustSetUpSecondFactor: true });
  const { token: done } = await setUp(user);
  expect((await ask(done, 'GET', '/api/calls')).statusCode).toBe(200);
});
