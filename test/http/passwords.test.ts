import { PASSWORD, startHttp } from '../support/http';
import type { Method, TestHttp } from '../support/http';
import { OFFICES } from '../support/two-stores';

const OWN = 'three blind mice';
let http: TestHttp;

beforeEach(() => void (http = startHttp()));
afterEach(() => http.close());

const signIn = (password: string, user = 'wang') =>
  http.ask(null, 'POST', '/api/session', { user, password });

const tokenOf = async (password: string, user = 'wang'): Promise<string> =>
  (await signIn(password, user)).cookies[0]?.value ?? '';

const ask = (token: string, method: Method, url: string, payload?: object) =>
  http.app.inject({
    ...{ method, url, headers: { authorization: `Bearer ${token}` } },
    ...(payload && { payload }),
  });

const change = (token: string, current: string, password: string) =>
  ask(token, 'POST', '/api/me/password', { current, password });

test('one chooses his own, and all his other sessions end', async () => {
  const [own, other] = [await tokenOf(PASSWORD), await tokenOf(PASSWORD)];
  expect((await change(own, PASSWORD, OWN)).statusCode).toBe(204);
  expect((await ask(own, 'GET', '/api/session')).statusCode).toBe(200);
  expect((await ask(other, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await signIn(PASSWORD)).statusCode).toBe(401);
  expect((await signIn(OWN)).statusCode).toBe(200);
  expect(http.audited).toEqual([{ who: 'wang', what: 'password.changed', subject: 'wang' }]);
});

test('a poor one is refused and why is said, and nothing is changed', async () => {
  const token = await tokenOf(PASSWORD);
  const response = await change(token, PASSWORD, 'qwertyuiop');
  expect(response.statusCode).toBe(422);
  expect(response.json()).toMatchObject({ code: 'PASSWORD_REFUSED', details: { why: 'common' } });
  expect((await signIn(PASSWORD)).statusCode).toBe(200);
  expect(http.audited).toEqual([]);
});

test('who has the session only cannot try passwords by it', async () => {
  const token = await tokenOf(PASSWORD);
  const statuses: number[] = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await change(token, `guess ${n}`, OWN)).statusCode);
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect((await signIn(PASSWORD)).statusCode).toBe(429);
});

test('with a password for one time nothing can be done but to change it, to look who one is, and to leave', async () => {
  const before = await tokenOf(PASSWORD);
  const reset = await http.ask('zhao', 'POST', '/api/people/wang/reset-password');
  const { password } = reset.json<{ password: string }>();
  expect((await ask(before, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await signIn(PASSWORD)).statusCode).toBe(401);

  const token = await tokenOf(password);
  expect((await ask(token, 'GET', '/api/session')).json()).toMatchObject({
    mustChangePassword: true,
  });
  for (const url of ['/api/calls', '/api/sessions', '/api/openapi.json', '/api/push']) {
    const response = await ask(token, 'GET', url);
    if (url === '/api/openapi.json') expect(response.statusCode).toBe(200);
    else expect(response.json()).toMatchObject({ code: 'PASSWORD_EXPIRED' });
  }
  expect((await change(token, password, OWN)).statusCode).toBe(204);
  expect((await ask(token, 'GET', '/api/calls')).statusCode).toBe(200);
  expect((await ask(token, 'GET', '/api/session')).json()).not.toHaveProperty('mustChangePassword');
  expect((await ask(token, 'DELETE', '/api/session')).statusCode).toBe(204);
});

test('nobody signs in as who was locked, his programs neither, until he is given a password', async () => {
  const token = await tokenOf(PASSWORD);
  const expiresAt = http.clock.now + 1000;
  const program = await ask(token, 'POST', '/api/tokens', {
    ...{ name: 'wallboard', rights: ['store.read'], expiresAt },
  });
  const { value } = program.json<{ value: string }>();
  expect((await ask(value, 'GET', '/api/calls')).statusCode).toBe(200);
  expect((await http.ask('zhao', 'POST', '/api/people/wang/lock')).statusCode).toBe(204);
  expect((await ask(token, 'GET', '/api/session')).statusCode).toBe(401);
  expect((await ask(value, 'GET', '/api/calls')).statusCode).toBe(403);
  expect((await signIn(PASSWORD)).statusCode).toBe(401);
  expect(http.audited.at(-1)).toEqual({ who: 'zhao', what: 'person.locked', subject: 'wang' });
  const reset = await http.ask('zhao', 'POST', '/api/people/wang/reset-password');
  expect((await signIn(reset.json<{ password: string }>().password)).statusCode).toBe(200);
});

test('an administrator resets those of his store only, the command on this machine everybody', async () => {
  const { people } = http.live.thePlan;
  const atHome = people.map((one) => (one.id === 'zhao' ? { ...one, posts: undefined } : one));
  http.live.thePlan = { ...http.live.thePlan, people: [...atHome, ...OFFICES] };
  // As who is of his store and more in another he could sign in.
  for (const id of ['song', 'tang', 'guo'])
    expect((await http.ask('zhao', 'POST', `/api/people/${id}/reset-password`)).statusCode).toBe(
      404,
    );
  expect((await http.ask('zhao', 'POST', '/api/people/zhou/reset-password')).statusCode).toBe(404);
  expect(
    (await http.ask('admin-token', 'POST', '/api/people/zhou/reset-password')).statusCode,
  ).toBe(200);
  expect((await http.ask('zhao', 'POST', '/api/people/nobody/reset-password')).statusCode).toBe(
    404,
  );
  expect(http.audited).toEqual([{ who: 'admin-token', what: 'password.reset', subject: 'zhou' }]);
});

test('who sets up the installation applies a plan and sees no customer', async () => {
  const people = http.live.thePlan.people.filter(({ id }) => id !== 'zhao');
  http.live.thePlan = { ...http.live.thePlan, people };
  const once = (await http.accounts.first()) ?? '';
  const token = await tokenOf(once, 'admin');
  expect((await ask(token, 'POST', '/api/plan', { stores: [] })).statusCode).toBe(403);
  await change(token, once, OWN);
  expect((await ask(token, 'POST', '/api/plan', { stores: [] })).statusCode).toBe(200);
  expect((await ask(token, 'GET', '/api/ledger?hotline=400')).statusCode).toBe(404);
  expect((await ask(token, 'GET', '/api/hotlines')).json()).toMatchObject({ items: [] });
});
