import { ApiTokens } from '../../src/engine/sign-in/api-tokens';
import { cookieOf, startHttp } from '../support/http';
import type { Method, TestHttp } from '../support/http';
import { NOW, PLAN, call } from '../support/two-stores';

let http: TestHttp;

beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const asked = { name: 'wallboard', rights: ['store.read'], expiresAt: NOW + DAY };

const make = (who: string, changes: object = {}) =>
  http.ask(who, 'POST', '/api/tokens', { ...asked, ...changes });

async function made(who: string, changes: object = {}): Promise<{ id: string; value: string }> {
  const response = await make(who, changes);
  expect(response.statusCode).toBe(200);
  return response.json();
}

const ask = (value: string, method: Method, url: string, payload?: object) =>
  http.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${value}` } },
    ...(payload && { payload }),
  });

const status = async (value: string, url = '/api/calls', method: Method = 'GET') =>
  (await ask(value, method, url)).statusCode;

test('a program does by it what it was given, and nothing else that its maker may', async () => {
  const { value } = await made('chen');
  http.rows.calls = [call('call-1')];
  expect((await ask(value, 'GET', '/api/calls')).json()).toMatchObject({
    items: [{ id: 'call-1' }],
  });
  for (const url of ['/api/ledger?hotline=400', '/api/recordings?callId=call-1', '/api/hotlines'])
    expect((await ask(value, 'GET', url)).json()).toMatchObject({ code: 'FORBIDDEN_POST' });
  expect(http.audited).toEqual([{ who: 'chen', what: 'token.made', subject: expect.any(String) }]);
});

test.each<[Method, string, object | null]>([
  ['GET', '/api/session', null],
  ['GET', '/api/sessions', null],
  ['GET', '/api/push', null],
  ['GET', '/api/tokens', null],
  ['POST', '/api/tokens', asked],
  ['POST', '/api/me/password', { current: 'change-me', password: 'three blind mice' }],
  ['POST', '/api/agents/me/ready', null],
  ['POST', '/api/calls', { number: '13800138000' }],
])('it is nobody at a desk and signs nobody in: %s %s', async (method, url, body) => {
  const { value } = await made('wang');
  const response = await ask(value, method, url, body ?? undefined);
  expect(response.statusCode).toBe(403);
  expect(response.json()).toMatchObject({ code: 'NOT_FOR_TOKENS' });
  expect(http.desk.asked).toEqual([]);
});

test.each([
  [
    'rights that he has not',
    'wang',
    { rights: ['store.read', 'plan.apply'] },
    { rights: ['plan.apply'] },
  ],
  [
    'seeing to how people sign in',
    'zhao',
    { rights: ['people.secure'] },
    { rights: ['people.secure'] },
  ],
  [
    'the whole installation with bounds',
    'zhao',
    { rights: ['plan.apply', 'data.care'], stores: ['bj01'] },
    { rights: ['plan.apply', 'data.care'] },
  ],
  ["another's store", 'chen', { stores: ['bj01', 'sh01'] }, { stores: ['sh01'] }],
  ['what is over', 'chen', { expiresAt: NOW }, { expiresAt: NOW }],
  ['for ever', 'chen', { expiresAt: NOW + 367 * DAY }, { expiresAt: NOW + 367 * DAY }],
])('nobody gives %s', async (_what, who, changes, details) => {
  const response = await make(who, changes);
  expect(response.statusCode).toBe(403);
  expect(response.json()).toMatchObject({ code: 'TOKEN_REFUSED', details });
  expect(http.journal.of('token.saved')).toEqual([]);
});

test('of one person fifty stand at most', async () => {
  for (let n = 0; n < 50; n += 1) await made('chen', { expiresAt: NOW + HOUR });
  expect((await make('chen')).json()).toMatchObject({ details: { tokens: 50 } });
  http.clock.now += HOUR;
  await made('chen');
});

describe('is refused', () => {
  let value = '';
  let id = '';
  beforeEach(async () => ({ value, id } = await made('chen')));
  afterEach(async () => expect(await status(value)).toBe(401));

  test('when it was revoked by its maker', async () => {
    expect((await http.ask('chen', 'DELETE', `/api/tokens/${id}`)).statusCode).toBe(204);
    expect((await http.ask('chen', 'DELETE', `/api/tokens/${id}`)).statusCode).toBe(404);
  });

  test('when an administrator revoked it, whom others do not stand in for', async () => {
    for (const who of ['wang', 'qian', 'zhou'])
      expect((await http.ask(who, 'DELETE', `/api/tokens/${id}`)).statusCode).toBe(404);
    expect(await status(value)).toBe(200);
    expect((await http.ask('zhao', 'DELETE', `/api/tokens/${id}`)).statusCode).toBe(204);
    expect(http.audited.at(-1)).toEqual({ who: 'zhao', what: 'token.revoked', subject: id });
  });

  test('when its time is over', () => void (http.clock.now = NOW + DAY));

  test('when its maker has left the plan', () => {
    http.live.thePlan = { ...PLAN, people: PLAN.people.filter((one) => one.id !== 'chen') };
  });

  test('for good, when he comes back', () => http.tokens.retain(new Set(['wang'])));
});

test('it loses what its maker loses, and does nothing while he has his password to change', async () => {
  const { value } = await made('chen', { rights: ['store.read', 'store.oversee'] });
  expect(await status(value, '/api/ledger?hotline=400')).toBe(200);
  const people = PLAN.people.map((one) =>
    one.id === 'chen' ? { ...one, post: 'telemarketer' as const } : one,
  );
  http.live.thePlan = { ...PLAN, people };
  expect(await status(value, '/api/ledger?hotline=400')).toBe(403);
  expect(await status(value)).toBe(200);
  await http.accounts.giveOneTime('chen');
  expect((await ask(value, 'GET', '/api/calls')).json()).toMatchObject({
    code: 'PASSWORD_EXPIRED',
  });
});

test('its value is in one answer, and nowhere else; a list says when it was used', async () => {
  const { value } = await made('chen');
  await status(value);
  const list = await http.ask('chen', 'GET', '/api/tokens');
  expect(list.json()).toEqual({
    items: [
      {
        ...{ ...asked, personId: 'chen', id: expect.any(String), stores: null },
        ...{ createdAt: NOW, usedAt: NOW },
      },
    ],
    next: null,
  });
  const everywhere = list.body + http.logged.join('') + JSON.stringify(http.journal.records);
  expect(everywhere).not.toContain(value);
  expect(everywhere).not.toContain(value.slice(4));
});

test('none is a cookie, none is guessed, and none is the hash that a thief of the database has', async () => {
  const { value } = await made('chen');
  const headers = { cookie: cookieOf(value) };
  expect((await http.app.inject({ url: '/api/calls', headers })).statusCode).toBe(401);
  const hash = http.journal.of('token.saved')[0]?.token.hash ?? '';
  for (const forged of [
    hash,
    `olt_${hash}`,
    `${value}x`,
    value.slice(0, -1),
    'olt_',
    value.toLowerCase(),
  ])
    expect(await status(forged)).toBe(401);
});

test('it outlives a restart, and a revoked one does not', async () => {
  const [kept, gone] = [await made('chen'), await made('chen')];
  await http.ask('chen', 'DELETE', `/api/tokens/${gone.id}`);
  const newest = new Map(http.journal.of('token.saved').map(({ token }) => [token.id, token]));
  const { journal, clock } = http;
  const next = new ApiTokens({ journal, makeId: () => 'next', now: () => clock.now });
  next.restore([...newest.values()].filter(({ revoked }) => !revoked));
  expect(next.use(kept.value)?.personId).toBe('chen');
  expect(next.use(gone.value)).toBeNull();
});
