import { PASSWORD, startHttp } from '../support/http';
import type { TestHttp } from '../support/http';
import { connect } from '../support/push';
import { waitFor } from '../support/wait';

let http: TestHttp;

beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

/** Signs in and answers the session's token. */
async function signIn(user: string): Promise<string> {
  const headers = { 'user-agent': `browser of ${user}` };
  const payload = { user, password: PASSWORD };
  const response = await http.app.inject({ method: 'POST', url: '/api/session', headers, payload });
  return response.cookies[0]?.value ?? '';
}

const ask = (token: string, method: 'GET' | 'DELETE', url: string) =>
  http.app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });

interface Listed {
  items: { id: string; personId: string; current: boolean; client: string }[];
}

async function listed(token: string, query = ''): Promise<Listed['items']> {
  const { items } = (await ask(token, 'GET', `/api/sessions${query}`)).json<Listed>();
  // The one that all tests ask with.
  return items.filter(({ id }) => !id.startsWith('session-'));
}

test('each sign-in is a session of its own; one is ended, the other goes on', async () => {
  const [first, second] = [await signIn('wang'), await signIn('wang')];
  const [other, one] = await listed(first);
  expect([one, other]).toEqual([
    expect.objectContaining({ personId: 'wang', client: 'browser of wang', current: true }),
    expect.objectContaining({ personId: 'wang', current: false }),
  ]);
  expect((await ask(first, 'DELETE', `/api/sessions/${other?.id}`)).statusCode).toBe(204);
  expect((await ask(second, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await ask(first, 'GET', '/api/session')).statusCode).toBe(200);
  expect(http.audited).toEqual([{ who: 'wang', what: 'session.ended', subject: 'wang' }]);
});

test('all others are ended at once', async () => {
  const [stolen, own] = [await signIn('wang'), await signIn('wang')];
  const li = await signIn('li');
  const response = await ask(own, 'DELETE', '/api/sessions');
  // With the one that tests ask with.
  expect(response.json()).toEqual({ ended: 2 });
  expect((await ask(stolen, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await ask(own, 'GET', '/api/session')).statusCode).toBe(200);
  expect((await ask(li, 'GET', '/api/session')).statusCode).toBe(200);
});

test('an administrator lists and ends those of his people', async () => {
  const token = await signIn('wang');
  const zhao = await signIn('zhao');
  const [session] = await listed(zhao, '?person=wang');
  expect((await ask(zhao, 'DELETE', `/api/sessions/${session?.id}`)).statusCode).toBe(204);
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(401);
  expect(http.journal.of('session.saved').at(-1)?.session).toMatchObject({
    ...{ id: session?.id, personId: 'wang', end: { by: 'zhao', why: 'ended' } },
  });
});

test('a session that was not used for two hours is over', async () => {
  const token = await signIn('wang');
  http.clock.now += 7_199_999;
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(200);
  http.clock.now += 7_200_000;
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(401);
});

test('the plan says how long', async () => {
  http.live.thePlan = { ...http.live.thePlan, signIn: { idleMinutes: 5 } };
  const token = await signIn('wang');
  http.clock.now += 300_000;
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(401);
});

test('push of an ended session is closed at once, of another one not', async () => {
  const tokens = [await signIn('wang'), await signIn('wang')];
  const [lost, kept] = await Promise.all(
    tokens.map((token) => connect(http, 'wang', { headers: { authorization: `Bearer ${token}` } })),
  );
  await Promise.all([lost?.next('snapshot'), kept?.next('snapshot')]);
  const { id = '' } = (await listed(tokens[1] ?? '')).find(({ current }) => !current) ?? {};
  await ask(tokens[1] ?? '', 'DELETE', `/api/sessions/${id}`);
  expect(await lost?.closed).toMatchObject({ code: 1008, reason: 'NOT_AUTHENTICATED' });
  await waitFor('one page to be left', () => http.desktops.count === 1);
  kept?.socket.terminate();
});

test('an open page uses its session', async () => {
  await http.close();
  http = startHttp({ heartbeatMs: 20 });
  const token = await signIn('wang');
  const line = await connect(http, 'wang', { headers: { authorization: `Bearer ${token}` } });
  await line.next('snapshot');
  http.clock.now += 7_199_999;
  await new Promise((resolve) => line.socket.once('ping', resolve));
  http.clock.now += 7_199_999;
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(200);
  line.socket.terminate();
});
