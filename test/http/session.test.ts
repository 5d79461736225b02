import type { LightMyRequestResponse } from 'fastify';
import { signSession } from '../../src/http/session-token';
import { ADMIN_TOKEN, PASSWORD, SESSION_KEY, cookieOf, startHttp, tokenOf } from '../support/http';
import { NOW, PLAN } from '../support/two-stores';
import type { TestHttp } from '../support/http';
import { waitFor } from '../support/wait';

const TWELVE_HOURS = 43_200_000;
const OWN_PAGE = { host: 'pbx.example', origin: 'http://pbx.example' };

let http: TestHttp;

function signIn(
  user: string,
  password: string,
  headers = {},
  from: { remoteAddress?: string } = {},
): Promise<LightMyRequestResponse> {
  return http.app.inject({
    ...from,
    method: 'POST',
    url: '/api/session',
    headers,
    payload: { user, password },
  });
}

function ready(headers: Record<string, string>): Promise<LightMyRequestResponse> {
  return http.app.inject({ method: 'POST', url: '/api/agents/me/ready', headers });
}

describe('signing in', () => {
  beforeEach(() => void (http = startHttp()));
  afterEach(() => http.close());

  test('gives a cookie that no script reads, the rights, and the desk', async () => {
    const response = await signIn('wang', PASSWORD);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({
      person: {
        id: 'wang',
        name: 'name of wang',
        post: 'telemarketer',
        posts: [{ post: 'telemarketer', stores: ['bj01'] }],
        store: { id: 'bj01', name: '北京一店', timezone: 'Asia/Shanghai' },
        queues: ['sales'],
      },
      rights: [
        ...['store.read', 'hotlines.read', 'numbers.confirm', 'promises.settle'],
        ...['leads.work', 'customers.merge'],
      ],
      expiresAt: NOW + TWELVE_HOURS,
      mustAcknowledge: { version: '1', text: expect.stringContaining('录音') },
      agent: expect.objectContaining({
        id: 'wang',
        intent: { is: 'not-ready', reason: 'signed-in' },
      }),
    });
    expect(response.cookies).toEqual([
      expect.objectContaining({
        name: 'openline_session',
        path: '/',
        httpOnly: true,
        sameSite: 'Strict',
        expires: new Date(NOW + TWELVE_HOURS),
      }),
    ]);
    expect(http.desk.asked).toEqual(['sign-in wang']);
  });

  test('of a supervisor opens no desk', async () => {
    expect((await signIn('chen', PASSWORD)).json()).toMatchObject({ agent: null });
    expect(http.desk.asked).toEqual([]);
  });

  test('of an agent without a phone opens his pages and says why there is no desk', async () => {
    http.desk.refusal = 'NO_PHONE';
    const response = await signIn('wang', PASSWORD);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toMatchObject({ deskRefusal: { code: 'NO_PHONE' } });
  });

  test.each([
    ['a wrong password', 'wang', 'wrong'],
    ['an unknown user', 'nobody', PASSWORD],
  ])('with %s is refused in the same words', async (_what, user, password) => {
    const response = await signIn(user, password);
    expect(response.statusCode).toBe(401);
    expect(response.json()).toEqual({ code: 'WRONG_CREDENTIALS', message: '用户名或密码不正确。' });
    expect(response.cookies).toEqual([]);
  });

  test.each(['wang', 'nobody'])('as %s is blocked after five wrong passwords', async (user) => {
    for (let n = 0; n < 5; n += 1) await signIn(user, 'wrong');
    const blocked = await signIn(user, PASSWORD);
    expect(blocked.statusCode).toBe(429);
    expect(blocked.headers['retry-after']).toBe('60');
    expect(blocked.json()).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
    http.clock.now += 60_000;
    expect((await signIn(user, 'wrong')).statusCode).toBe(401);
  });

  test('as often as one likes is no guessing', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      statuses.push((await signIn('wang', n % 3 === 0 ? PASSWORD : 'wrong')).statusCode);
    }
    expect(statuses.filter((status) => status === 429)).toEqual([]);
  });

  test('is blocked from an address that guesses at thirty accounts, not from others', async () => {
    for (let n = 0; n < 30; n += 1) await signIn(`agent-${n}`, 'wrong');
    expect((await signIn('wang', PASSWORD)).statusCode).toBe(429);
    const elsewhere = await http.app.inject({
      method: 'POST',
      url: '/api/session',
      remoteAddress: '192.0.2.7',
      payload: { user: 'wang', password: PASSWORD },
    });
    expect(elsewhere.statusCode).toBe(200);
  });

  test('is done for a hundred at a time; who comes then is told to come again, and it counts against nobody', async () => {
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const verify = http.accounts.verify.bind(http.accounts);
    let begun = 0;
    http.accounts.verify = async (user, password) => {
      begun += 1;
      await held;
      return verify(user, password);
    };
    const first = Array.from({ length: 100 }, (_, n) =>
      signIn(n === 0 ? 'wang' : `a-${n}`, PASSWORD),
    );
    await waitFor('a hundred to be at it', () => begun === 100);
    const answers = await Promise.all(Array.from({ length: 200 }, () => signIn('li', PASSWORD)));
    expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([429]));
    expect(answers[0]?.headers['retry-after']).toBe('2');
    expect(answers[0]?.json()).toMatchObject({
      ...{ code: 'TOO_MANY_REQUESTS', details: { kind: 'sign-ins' } },
    });
    letGo();
    const [right, ...wrong] = (await Promise.all(first)).map(({ statusCode }) => statusCode);
    expect([right, new Set(wrong)]).toEqual([200, new Set([401])]);
    const elsewhere = { remoteAddress: '192.0.2.7' };
    expect((await signIn('li', PASSWORD, {}, elsewhere)).statusCode).toBe(200);
  });

  test('is limited per address, whatever is asked', async () => {
    const answers: LightMyRequestResponse[] = [];
    for (let n = 0; n < 601; n += 1) answers.push(await signIn(`agent-${n}`, ''));
    const limited = answers.filter(({ statusCode }) => statusCode === 429);
    expect(limited.map((answer) => answers.indexOf(answer))).toEqual([600]);
    expect(limited[0]?.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(limited[0]?.headers['retry-after']).toBeDefined();
  });

  test('writes neither password nor token into the log', async () => {
    const secret = 'zaiyiqi-very-secret';
    await signIn('wang', secret);
    const { cookies } = await signIn('wang', PASSWORD);
    expect(http.logged.length).toBeGreaterThan(0);
    expect(http.logged.join('')).not.toContain(secret);
    expect(http.logged.join('')).not.toContain(cookies[0]?.value);
  });
});

describe('a session', () => {
  beforeAll(() => void (http = startHttp()));
  afterEach(() => http.forget());
  afterAll(() => http.close());

  test('is told who he is, by the cookie and by bearer', async () => {
    const [cookie] = (await signIn('chen', PASSWORD)).cookies;
    const token = cookie?.value ?? '';
    for (const headers of [{ cookie: cookieOf(token) }, { authorization: `Bearer ${token}` }]) {
      const response = await http.app.inject({ url: '/api/session', headers });
      expect(response.json()).toMatchObject({
        person: { id: 'chen' },
        rights: [
          'store.read',
          'hotlines.read',
          'numbers.confirm',
          'promises.settle',
          'store.oversee',
          'recordings.hear',
          'leads.work',
          'customers.merge',
          'customers.clean',
          'customers.privacy',
          'leads.export',
          'leads.assign',
          'hotlines.close',
          'callers.block',
          'forms.correct',
          'leads.import',
        ],
      });
    }
  });

  test.each([
    ['forged', () => tokenOf('zhao', NOW, Buffer.alloc(32, 9))],
    ['expired', () => tokenOf('zhao', NOW - TWELVE_HOURS)],
    ['of somebody who is not in the plan', () => tokenOf('ghost')],
    ['empty', () => ''],
    ['of another kind', () => 'eyJhbGciOiJub25lIn0.e30.'],
    ['the admin token', () => ADMIN_TOKEN],
  ])('by a cookie that is %s is none', async (_what, token) => {
    const headers = { cookie: cookieOf(token()) };
    const response = await http.app.inject({ url: '/api/session', headers });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ code: 'NOT_AUTHENTICATED' });
  });

  test('ends when the person is taken out of the plan, and loses rights with his post', async () => {
    const wasChief = PLAN.people.map((one) =>
      one.id === 'chen' ? { ...one, post: 'telemarketer' as const } : one,
    );
    http.live.thePlan = { ...PLAN, people: wasChief };
    expect((await http.ask('chen', 'GET', '/api/ledger?hotline=400')).statusCode).toBe(403);
    http.live.thePlan = { ...PLAN, people: [] };
    expect((await http.ask('chen', 'GET', '/api/session')).statusCode).toBe(401);
    http.live.thePlan = PLAN;
  });

  test('that was signed for one that never was, or for somebody else, is none', async () => {
    const said = { id: 'session-nobody', person: 'zhao', issuedAt: NOW, expiresAt: NOW + 1000 };
    for (const id of ['session-nobody', `session-wang-${NOW}`]) {
      const headers = { cookie: cookieOf(signSession({ ...said, id }, SESSION_KEY)) };
      const response = await http.app.inject({ url: '/api/session', headers });
      expect(response.statusCode).toBe(401);
    }
  });

  test('is ended by signing out, at the desk too', async () => {
    const headers = { ...OWN_PAGE, cookie: cookieOf(tokenOf('wang')) };
    const response = await http.app.inject({ method: 'DELETE', url: '/api/session', headers });
    expect(response.statusCode).toBe(204);
    expect(response.cookies[0]).toMatchObject({ value: '', expires: new Date(0) });
    expect(http.desk.asked).toEqual(['sign-out wang']);
    // The cookie is gone from the browser, and whoever kept a copy has nothing.
    const again = await http.app.inject({ url: '/api/session', headers });
    expect(again.statusCode).toBe(401);
  });
});

describe('what changes something by cookie', () => {
  beforeAll(() => void (http = startHttp()));
  afterEach(() => http.forget());
  afterAll(() => http.close());

  const cookie = cookieOf(tokenOf('wang'));

  test.each([
    ['our page', OWN_PAGE],
    ['our page by fetch metadata', { 'sec-fetch-site': 'same-origin' }],
  ])('is done for %s', async (_what, headers) => {
    expect((await ready({ cookie, ...headers })).statusCode).toBe(200);
  });

  test.each([
    ['another site', { host: 'pbx.example', origin: 'http://evil.example' }],
    ['another site by fetch metadata', { 'sec-fetch-site': 'cross-site' }],
    ['a sandboxed page', { origin: 'null' }],
    ['nobody says whom', {}],
  ])('is refused for %s', async (_what, headers) => {
    const response = await ready({ cookie, ...headers });
    expect(response.statusCode).toBe(403);
    expect(response.json()).toMatchObject({ code: 'CROSS_SITE' });
    expect(http.desk.asked).toEqual([]);
  });

  test('is done by bearer from a program, but not from a foreign page', async () => {
    const authorization = `Bearer ${tokenOf('wang')}`;
    expect((await ready({ authorization })).statusCode).toBe(200);
    expect((await ready({ authorization, origin: 'http://evil.example' })).statusCode).toBe(403);
  });

  test('cannot be a sign-in by a foreign page', async () => {
    const response = await signIn('wang', PASSWORD, { origin: 'http://evil.example' });
    expect(response.statusCode).toBe(403);
    expect(response.cookies).toEqual([]);
  });
});
