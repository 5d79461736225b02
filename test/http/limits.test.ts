import { Registry } from 'prom-client';
import { Spending } from '../../src/http/budgets';
import { startHttp, tokenOf, type TestHttp } from '../support/http';
import { NOW } from '../support/two-stores';

const budgets = { reads: 20, changes: 10, exports: 10, dials: 10, strangers: 20 };
let http: TestHttp;
beforeEach(() => void (http = startHttp({ deps: { budgets, metrics: new Registry() } })));
afterEach(() => http.close());

/** Statuses of so many requests of somebody, one after the other. */
async function statuses(times: number, ask: () => Promise<{ statusCode: number }>) {
  const all: number[] = [];
  for (let n = 0; n < times; n += 1) all.push((await ask()).statusCode);
  return all;
}
const reads = (who: string) => () => http.ask(who, 'GET', '/api/queues');
const stranger = (remoteAddress: string) => () =>
  http.app.inject({ method: 'GET', url: '/api/queues', remoteAddress });
const many = <T>(n: number, one: T): T[] => Array<T>(n).fill(one);

test('half a minute’s requests may come at once, then one is due every few seconds', async () => {
  expect(await statuses(11, reads('wang'))).toEqual([...many(10, 200), 429]);
  http.clock.now += 3000;
  expect(await statuses(2, reads('wang'))).toEqual([200, 429]);
  http.clock.now += 30_000;
  expect(await statuses(11, reads('wang'))).toEqual([...many(10, 200), 429]);
});

test('every answer says what is left, and who is refused how long to wait, in both languages', async () => {
  expect((await reads('wang')()).headers).toMatchObject({
    'ratelimit-policy': '"reads";q=10;w=30',
    ratelimit: '"reads";r=9;t=3',
  });
  await statuses(9, reads('wang'));
  for (const [language, message] of [
    ['zh-CN', '请求过于频繁。'],
    ['en', 'You ask too often.'],
  ] as const) {
    const refused = await http.ask('wang', 'GET', '/api/queues', undefined, {
      'accept-language': language,
    });
    expect(refused.headers).toMatchObject({ 'retry-after': '3', ratelimit: '"reads";r=0;t=3' });
    expect(refused.json()).toMatchObject({
      ...{ code: 'TOO_MANY_REQUESTS', message, details: { kind: 'reads' } },
      whatToDo: expect.stringContaining('Retry-After'),
    });
  }
  expect((await http.ask(null, 'GET', '/metrics')).body).toContain(
    'openline_http_limited_total{kind="reads"} 2\n',
  );
});

test('reading, changing, exporting and dialling do not use up each other', async () => {
  await statuses(10, reads('wang'));
  const dial = () => http.ask('wang', 'POST', '/api/calls', { number: '13800138000' });
  const ready = () => http.ask('wang', 'POST', '/api/agents/me/ready');
  expect(await statuses(6, dial)).toEqual([...many(5, 200), 429]);
  // What costs money, however it is refused.
  const text = () => http.ask('li', 'POST', '/api/messages', { number: '13800138000' });
  expect(await statuses(6, text)).toEqual([...many(5, 400), 429]);
  expect(await statuses(6, ready)).toEqual([...many(5, 200), 429]);
  expect(await statuses(1, reads('wang'))).toEqual([429]);
  const exported = () => http.ask('zhao', 'GET', '/api/plan');
  expect(await statuses(6, exported)).toEqual([...many(5, 200), 429]);
});

test('a greedy token slows neither its person nor another one', async () => {
  const expiresAt = NOW + 3_600_000;
  const asked = { name: 'x', rights: ['store.read' as const], stores: null, expiresAt };
  const made = await http.tokens.make('chen', asked);
  const greedy = () =>
    http.app.inject({
      ...{ method: 'GET', url: '/api/queues' },
      headers: { authorization: `Bearer ${made?.value}` },
    });
  expect(await statuses(12, greedy)).toEqual([...many(10, 200), 429, 429]);
  expect(await statuses(10, reads('chen'))).toEqual(many(10, 200));
});

test('thirty who signed in behind one address have thirty budgets; who did not share one', async () => {
  const from = (who: string) => () =>
    http.app.inject({
      ...{ method: 'GET', url: '/api/queues', remoteAddress: '203.0.113.7' },
      headers: { authorization: `Bearer ${tokenOf(who)}` },
    });
  for (const who of ['wang', 'li', 'chen', 'zhao', 'zhou'])
    expect(await statuses(10, from(who))).toEqual(many(10, 200));
  expect(await statuses(11, stranger('203.0.113.7'))).toEqual([...many(10, 401), 429]);
  expect(await statuses(1, stranger('203.0.113.8'))).toEqual([401]);
  expect(await statuses(11, stranger('2001:db8::1'))).toEqual([...many(10, 401), 429]);
  // One subscriber has the whole /64.
  expect(await statuses(1, stranger('2001:db8::2'))).toEqual([429]);
});

test('tokens that are refused count as nobody’s', async () => {
  const guess = () =>
    http.app.inject({
      ...{ method: 'GET', url: '/api/queues', remoteAddress: '203.0.113.7' },
      headers: { authorization: 'Bearer olt_guessed' },
    });
  expect(await statuses(11, guess)).toEqual([...many(10, 401), 429]);
});

test('the command on this machine and who watches from it are never limited', async () => {
  const command = () => http.ask('admin-token', 'GET', '/api/hotlines');
  expect(await statuses(50, command)).toEqual(many(50, 200));
  expect(await statuses(50, () => http.ask(null, 'GET', '/health'))).toEqual(many(50, 200));
  expect((await command()).headers).not.toHaveProperty('ratelimit');
});

test('a hundred thousand addresses are remembered, and no more; who was quiet is forgotten', () => {
  const spending = new Spending();
  for (let n = 0; n < 150_000; n += 1) spending.spend(`address ${n}`, 60, NOW);
  expect(spending.size).toBeLessThanOrEqual(100_000);
  for (let n = 0; n < 60_000; n += 1) spending.spend('somebody', 1e6, NOW + 60_000);
  expect(spending.size).toBe(1);
});

test('a clock that is set back lets nobody wait for longer than the window', () => {
  const spending = new Spending();
  spending.spend('somebody', 60, NOW);
  expect(spending.spend('somebody', 60, NOW - 86_400_000)).toMatchObject({ allowed: true });
});
