import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { KeptAnswers } from '../../src/engine/repeats/kept-answers';
import { CodedError } from '../../src/domain/errors';
import { tokenOf, type Method, type TestHttp } from '../support/http';
import { NOW } from '../support/two-stores';
import { setScene, startScene } from './access/scene';
import { TABLE } from './access/table';

let http: TestHttp;
/** Tests share a server, and send keys of their own. */
let tests = 0;
beforeAll(() => void (http = startScene()));
beforeEach(() => {
  tests += 1;
  http.forget();
  setScene(http);
});
afterAll(() => http.close());

const keyed = (key: string, headers = {}) => ({
  'idempotency-key': key.replace('k-', `k-${tests}-`),
  ...headers,
});
const dial = (key: string, number = '13800138000', who = 'wang') =>
  http.ask(who, 'POST', '/api/calls', { number }, keyed(key));
const codeOf = (response: { json: () => unknown }) => (response.json() as { code: string }).code;
const dialled = () => http.desk.asked.filter((one) => one.startsWith('call(')).length;

test('the first answer is given again, and nothing is done twice', async () => {
  const first = await dial('k-1');
  const again = await dial('k-1');
  expect(again.statusCode).toBe(200);
  expect(again.body).toBe(first.body);
  expect(again.headers['content-type']).toBe(first.headers['content-type']);
  expect(first.headers).not.toHaveProperty('idempotent-replayed');
  expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
  expect(dialled()).toBe(1);
});

test('so is a refusal, in the words of the first', async () => {
  http.desk.refusal = 'AGENT_NOT_FREE';
  const first = await dial('k-1');
  http.desk.refusal = null;
  const again = await http.ask(
    'wang',
    'POST',
    '/api/calls',
    { number: '13800138000' },
    keyed('k-1', { 'accept-language': 'en' }),
  );
  expect([again.statusCode, again.body]).toEqual([409, first.body]);
  expect(again.headers).toMatchObject({ 'content-language': 'zh', 'idempotent-replayed': 'true' });
  expect(dialled()).toBe(1);
});

test('a quoted key is the key in the quotes', async () => {
  await dial('"k-1"');
  expect((await dial('k-1')).headers).toMatchObject({ 'idempotent-replayed': 'true' });
});

test('another body, address or method with the key is refused, and not done', async () => {
  await dial('k-1');
  const other = [
    await dial('k-1', '13900139000'),
    await http.ask('wang', 'POST', '/api/agents/me/ready', undefined, keyed('k-1')),
  ];
  for (const response of other) {
    expect(response.statusCode).toBe(422);
    expect(codeOf(response)).toBe('IDEMPOTENCY_KEY_REUSED');
  }
  expect(http.desk.asked).toHaveLength(1);
  const version = await http.ask('zhao', 'DELETE', '/api/plan/people/wang', undefined, keyed('p'));
  expect(version.statusCode).toBeLessThan(500);
  const dry = await http.ask(
    ...(['zhao', 'DELETE', '/api/plan/people/wang?dryRun=true', undefined, keyed('p')] as const),
  );
  expect(codeOf(dry)).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('a key is of who sent it: of a person, or of one of his tokens', async () => {
  await dial('k-1');
  await dial('k-1', '13800138000', 'li');
  expect(dialled()).toBe(2);
  const asked = { name: 'x', rights: ['callers.block' as const], stores: null };
  const tokens = [
    await http.tokens.make('chen', { ...asked, expiresAt: NOW + 1e9 }),
    await http.tokens.make('chen', { ...asked, expiresAt: NOW + 1e9 }),
  ];
  const bearers = [...tokens.map((made) => made?.value ?? ''), tokenOf('chen')];
  for (const bearer of bearers) {
    const response = await http.app.inject({
      ...{ method: 'POST', url: '/api/blocked-callers' },
      payload: { number: '13800138000', reason: 'x' },
      headers: { authorization: `Bearer ${bearer}`, 'idempotency-key': 'k-2' },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers).not.toHaveProperty('idempotent-replayed');
  }
  expect(http.audited.map(({ what }) => what)).toEqual(['token.used', 'token.used']);
});

test('who may not any more is not told what he was answered', async () => {
  await http.ask('zhao', 'POST', '/api/people/qian/reset-password', undefined, keyed('k-1'));
  const plan = http.live.thePlan;
  http.live.thePlan = {
    ...plan,
    people: plan.people.map((one) =>
      one.id === 'zhao'
        ? { ...one, post: 'telemarketer', posts: [{ post: 'telemarketer', stores: ['bj01'] }] }
        : one,
    ),
  };
  const again = await http.ask(
    ...(['zhao', 'POST', '/api/people/qian/reset-password', undefined, keyed('k-1')] as const),
  );
  expect(again.statusCode).toBe(403);
});

test('while the first is being done the second is told to come again', async () => {
  let end = (): void => undefined;
  const held = new Promise<void>((resolve) => (end = resolve));
  const { accounts } = http;
  const give = accounts.giveOneTime.bind(accounts);
  accounts.giveOneTime = (id) => held.then(() => give(id));
  const reset = () =>
    http.ask('zhao', 'POST', '/api/people/qian/reset-password', undefined, keyed('k-1'));
  // An injected request begins when it is waited for.
  const first = Promise.resolve(reset());
  const both = await Promise.all([reset(), reset()]);
  for (const second of both) {
    expect([second.statusCode, codeOf(second)]).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
    expect(second.headers).toHaveProperty('retry-after', '1');
  }
  end();
  accounts.giveOneTime = give;
  const { body } = await first;
  expect((await reset()).body).toBe(body);
});

test.each([
  ['the empty one', ''],
  ['one with a control character', 'a\u0007b'],
  ['one with a letter that is not ASCII', 'schlüssel'],
  ['one with a space', 'a b'],
  ['two of them', '"a", "b"'],
  ['a quote that is not closed', '"a'],
  ['one that is too long', 'x'.repeat(256)],
  ['a quoted one that is too long', `"${'x'.repeat(256)}"`],
])('no key is %s', async (_what, key) => {
  const response = await dial(key);
  expect([response.statusCode, codeOf(response)]).toEqual([400, 'BAD_IDEMPOTENCY_KEY']);
  expect(http.desk.asked).toEqual([]);
});

test('what is refused before it begins, and what is too often, uses no key up', async () => {
  const bad = await http.ask('wang', 'POST', '/api/calls', { no: 1 }, keyed('k-1'));
  expect(bad.statusCode).toBe(400);
  http.desk.refusal = 'DIAL_LIMIT';
  expect((await dial('k-1')).statusCode).toBe(429);
  http.desk.refusal = null;
  const done = await dial('k-1');
  expect(done.statusCode).toBe(200);
  expect(done.headers).not.toHaveProperty('idempotent-replayed');
});

test('when it failed nobody knows whether it was done: it is not done again, and where to look is said', async () => {
  http.guard.failure = new CodedError('EDGE_AWAY');
  const body = { address: '192.0.2.1' };
  const unblock = (key: string) =>
    http.ask('zhao', 'POST', '/api/guard/unblock', body, keyed(key, { 'accept-language': 'en' }));
  expect((await unblock('k-1')).statusCode).toBe(503);
  http.guard.failure = null;
  const again = await unblock('k-1');
  expect([again.statusCode, again.json()]).toEqual([
    409,
    expect.objectContaining({
      code: 'OUTCOME_UNKNOWN',
      whatToDo: expect.stringContaining('new key'),
      details: { since: NOW, lookAt: 'GET /api/guard' },
    }),
  ]);
  expect(http.guard.held.size).toBe(1);
  expect((await unblock('k-2')).statusCode).toBe(204);
});

test('answers with secrets are given again, and stand nowhere in the clear', async () => {
  const makeToken = () =>
    http.ask(
      'chen',
      'POST',
      '/api/tokens',
      { name: 'of a secret', rights: ['store.read'], expiresAt: NOW + 86_400_000 },
      keyed('k-1'),
    );
  const first = (await makeToken()).json<{ value: string }>();
  expect((await makeToken()).json()).toEqual(first);
  expect(http.tokens.of('chen').filter(({ name }) => name === 'of a secret')).toHaveLength(1);
  const change = { current: 'change-me', password: 'a longer phrase 1' };
  await http.ask('chen', 'POST', '/api/me/password', change, keyed('k-2'));
  const folder = join(http.recordingsDir2, 'repeats');
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(kept.join('')).toContain('"owner":"person chen"');
  expect(kept.join('')).not.toMatch(/change-me|longer phrase|"k-/);
  expect(kept.join('')).not.toContain(first.value);
});

test('what another life began and did not answer is not done again', async () => {
  const folder = join(http.recordingsDir2, 'repeats');
  const life = () =>
    new KeptAnswers({
      ...{ folder, key: Buffer.alloc(32, 5), now: () => NOW, log: pino({ level: 'silent' }) },
    });
  const fallen = life();
  const what = `POST /api/calls\n${JSON.stringify({ number: '13800138000' })}`;
  await fallen.begin({ owner: 'person wang', key: 'fallen', what });
  await fallen.close();
  const next = life();
  const { begin } = http.deps.repeats;
  http.deps.repeats.begin = (one) => next.begin(one);
  const again = await dial('fallen');
  http.deps.repeats.begin = begin;
  await next.close();
  expect([codeOf(again), dialled()]).toEqual(['OUTCOME_UNKNOWN', 0]);
  expect(again.json()).toMatchObject({ details: { since: NOW, lookAt: 'GET /api/calls' } });
});

test('after a day the key is a new one', async () => {
  await dial('k-1');
  http.clock.now += 86_400_001;
  const key = `k-${tests}-1`;
  const known = await http.deps.repeats.begin({ owner: 'person wang', key, what: 'another' });
  http.clock.now = NOW;
  expect(known).toMatchObject({ is: 'new' });
});

test('signing in takes no key: it is done anew', async () => {
  const signIn = () =>
    http.ask(null, 'POST', '/api/session', { user: 'wang', password: 'change-me' }, keyed('k-1'));
  const [first, second] = [await signIn(), await signIn()];
  expect([first.statusCode, second.statusCode]).toEqual([200, 200]);
  expect(first.headers['set-cookie']).not.toEqual(second.headers['set-cookie']);
});

test('while keys cannot be kept, who sends one is refused before anything is done', async () => {
  const { begin } = http.deps.repeats;
  http.deps.repeats.begin = () => Promise.reject(new Error('ENOSPC'));
  const refused = await dial('k-1');
  expect([refused.statusCode, codeOf(refused), dialled()]).toEqual([
    503,
    'IDEMPOTENCY_UNAVAILABLE',
    0,
  ]);
  expect((await http.ask('wang', 'POST', '/api/calls', { number: '1' })).statusCode).toBe(200);
  http.deps.repeats.begin = begin;
});

/** Signing in; and a web form, which repeats itself by its own `webhook-id`. */
const BY_ITSELF = /^POST \/api\/(session|web-forms\/\{id\}\/leads)$/;

test('every route that changes something, but those few, answers its second request as the first', async () => {
  const different: string[] = [];
  const changing = TABLE.filter(({ route }) => !route.startsWith('GET ') && !BY_ITSELF.test(route));
  for (const { route, url, body } of changing) {
    setScene(http);
    http.tokens.restore([]);
    const [method, path = ''] = route.split(' ');
    const ask = () =>
      http.ask(
        'zhao',
        method as Method,
        url ?? path,
        body,
        keyed(`of ${route}`.replace(/ /g, '_')),
      );
    const first = await ask();
    const said = [...http.audited, ...http.desk.asked, ...http.plans.kept].length;
    const second = await ask();
    const isSame =
      second.body === first.body &&
      second.statusCode === first.statusCode &&
      [...http.audited, ...http.desk.asked, ...http.plans.kept].length === said;
    const isReplayed = second.headers['idempotent-replayed'] === 'true';
    // Refused before anything began.
    const isUntouched = [400, 403].includes(first.statusCode);
    if (!isSame || !(isReplayed || isUntouched)) different.push(`${route}: ${second.body}`);
  }
  expect(different).toEqual([]);
  expect(changing.length).toBeGreaterThan(45);
});
