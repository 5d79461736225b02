import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
});
afterEach(() => http.close());

const body = { number: '138 0013 8000', reason: 'nuisance' };
const path = '/api/blocked-callers';

test('a supervisor blocks a number in any spelling, sees it, and lifts it', async () => {
  const made = await http.ask('chen', 'POST', path, body);
  const expected = { number: '+8613800138000', by: 'chen', reason: 'nuisance', until: null };
  expect([made.statusCode, made.json()]).toMatchObject([200, { ...expected, storeId: 'bj01' }]);
  expect((await http.ask('zhao', 'GET', path)).json()).toMatchObject({ items: [expected] });
  expect((await http.ask('zhou', 'GET', path)).json()).toEqual({ items: [], next: null });
  const lifted = await http.ask(
    'chen',
    'DELETE',
    `${path}/${encodeURIComponent('+8613800138000')}`,
  );
  expect(lifted.statusCode).toBe(204);
  expect((await http.ask('chen', 'GET', path)).json()).toMatchObject({ items: [] });
});

test.each([
  [{ ...body, reason: '' }, 400, 'INVALID_REQUEST'],
  [{ number: '13800138000' }, 400, 'INVALID_REQUEST'],
  [{ ...body, until: 'soon' }, 400, 'INVALID_REQUEST'],
  [{ ...body, until: '2020-01-01T00:00:00Z' }, 409, 'PAST_MOMENT'],
  [{ ...body, number: '110' }, 409, 'NEVER_BLOCKED'],
  [{ ...body, number: 'anonymous' }, 409, 'NOT_A_NUMBER'],
])('%j is refused: %i %s', async (asked, status, code) => {
  const response = await http.ask('chen', 'POST', path, asked);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
});

test('what is not blocked cannot be lifted', async () => {
  const response = await http.ask('chen', 'DELETE', `${path}/13800138000`);
  expect([response.statusCode, response.json()]).toMatchObject([
    404,
    { code: 'NOT_BLOCKED_CALLER' },
  ]);
});
