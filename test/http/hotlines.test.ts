import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
});
afterEach(() => http.close());

const numbers = (response: { json(): { items: { number: string }[] } }): string[] =>
  response.json().items.map(({ number }) => number);

test('everybody of a store sees its hotlines, and no others', async () => {
  expect(numbers(await http.ask('wang', 'GET', '/api/hotlines'))).toEqual(['400', '401']);
  expect(numbers(await http.ask('zhou', 'GET', '/api/hotlines'))).toEqual(['500']);
});

test('a supervisor closes one at once, or until a moment, and opens it', async () => {
  const closed = await http.ask('chen', 'POST', '/api/hotlines/400/close', {});
  expect([closed.statusCode, closed.json()]).toMatchObject([200, { number: '400', open: false }]);
  await http.ask('chen', 'POST', '/api/hotlines/400/close', { until: '2026-01-31T18:00:00+08:00' });
  const opened = await http.ask('chen', 'POST', '/api/hotlines/400/open');
  expect(opened.json()).toMatchObject({ open: true });
  expect(http.desk.asked).toEqual([
    'order(400, {"until":null}) chen',
    `order(400, {"until":${Date.UTC(2026, 0, 31, 10)}}) chen`,
    'order(400, null) chen',
  ]);
});

test.each([
  ['wang', '/api/hotlines/400/close', {}, 403, 'FORBIDDEN_POST'],
  ['qian', '/api/hotlines/400/close', {}, 403, 'FORBIDDEN_POST'],
  ['wang', '/api/hotlines/400/test', undefined, 403, 'FORBIDDEN_POST'],
  ['chen', '/api/hotlines/500/test', undefined, 404, 'NO_SUCH_HOTLINE'],
  ['chen', '/api/hotlines/500/close', {}, 404, 'NO_SUCH_HOTLINE'],
  ['chen', '/api/hotlines/999/open', undefined, 404, 'NO_SUCH_HOTLINE'],
  ['chen', '/api/hotlines/400/close', { until: 'tonight' }, 400, 'INVALID_REQUEST'],
  ['wang', '/api/hotlines/400/message', { say: 'closed' }, 403, 'FORBIDDEN_POST'],
  ['chen', '/api/hotlines/500/message', { say: 'closed' }, 404, 'NO_SUCH_HOTLINE'],
  ['chen', '/api/hotlines/400/message', { say: '../closed' }, 400, 'INVALID_REQUEST'],
])('%s: POST %s %j is refused, %i %s', async (who, path, body, status, code) => {
  const response = await http.ask(who, 'POST', path, body);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
  expect(http.desk.asked).toEqual([]);
});

test('a moment that has passed is refused', async () => {
  http.desk.refusal = 'PAST_MOMENT';
  const body = { until: '2020-01-01T00:00:00Z' };
  const response = await http.ask('chen', 'POST', '/api/hotlines/400/close', body);
  expect([response.statusCode, response.json()]).toMatchObject([409, { code: 'PAST_MOMENT' }]);
});

test('a supervisor has callers told something, for a while or until he ends it', async () => {
  const said = { say: 'message-400', until: '2026-01-31T18:00:00+08:00' };
  const told = await http.ask('chen', 'POST', '/api/hotlines/400/message', said);
  expect([told.statusCode, told.json()]).toMatchObject([200, { number: '400', message: null }]);
  await http.ask('chen', 'POST', '/api/hotlines/400/message', { say: 'holiday' });
  expect((await http.ask('chen', 'DELETE', '/api/hotlines/400/message')).statusCode).toBe(200);
  expect(http.desk.asked).toEqual([
    `tell(400, {"prompt":"message-400","until":${Date.UTC(2026, 0, 31, 10)}}) chen`,
    'tell(400, {"prompt":"holiday","until":null}) chen',
    'tell(400, null) chen',
  ]);
});
