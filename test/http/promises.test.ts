import { startHttp, type TestHttp } from '../support/http';
import { NOW, promise } from '../support/two-stores';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
  http.owes(promise('promise-1', 'bj01'));
});
afterEach(() => http.close());

const path = '/api/promises/promise-1';

test('promises of the own store, by their state or those that are a task', async () => {
  const { items } = (await http.ask('wang', 'GET', '/api/promises?state=task')).json<{
    items: object[];
  }>();
  expect(items).toMatchObject([{ id: 'promise-1', state: 'open', reason: 'abandoned' }]);
  expect(http.rows.filters).toEqual([{ storeIds: ['bj01'], state: 'task' }]);
  expect((await http.ask('zhou', 'GET', '/api/promises')).json()).toEqual({
    items: [],
    next: null,
  });
  expect((await http.ask('wang', 'GET', '/api/promises?state=lost')).statusCode).toBe(400);
});

test('one of them, with what was attempted', async () => {
  const found = (await http.ask('wang', 'GET', path)).json<object>();
  expect(found).toMatchObject({ promise: { id: 'promise-1' }, attempts: [] });
});

test.each([
  ['withdraw', 'withdrawn'],
  ['done', 'kept'],
])('a person says %s, and why: it is %s, and over', async (verb, state) => {
  const said = await http.ask('wang', 'POST', `${path}/${verb}`, { reason: 'bought elsewhere' });
  expect([said.statusCode, said.json()]).toMatchObject([
    200,
    { state, endedBy: 'wang', endReason: 'bought elsewhere', endedAt: NOW },
  ]);
  const again = await http.ask('chen', 'POST', `${path}/${verb}`, { reason: 'again' });
  expect([again.statusCode, again.json()]).toMatchObject([409, { code: 'PROMISE_OVER' }]);
});

test.each([{}, { reason: '' }, { reason: 'x\n' }])('%j says no reason', async (body) => {
  expect((await http.ask('wang', 'POST', `${path}/withdraw`, body)).statusCode).toBe(400);
});

test('one of another store is unknown', async () => {
  const response = await http.ask('zhou', 'POST', `${path}/withdraw`, { reason: 'x' });
  expect([response.statusCode, response.json()]).toMatchObject([404, { code: 'UNKNOWN_PROMISE' }]);
});
