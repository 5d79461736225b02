import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
});
afterEach(() => http.close());

const beijing = (text: string): number => Date.parse(`${text}+08:00`);

test('is made of the same weekday of the weeks before, by days of the store', async () => {
  http.rows.load = {
    ...{ days: 2, talkMs: 150_000, waitedMs: 600_000, left: 10 },
    callers: new Map([
      [36, 30],
      [37, 2],
    ]),
  };
  const path = '/api/staffing?queue=sales&day=2026-02-02&weeks=2';
  const response = await http.ask('chen', 'GET', path);
  expect(response.json()).toEqual({
    ...{ queueId: 'sales', day: '2026-02-02', days: 2, handlingMs: 180_000, patienceMs: 60_000 },
    goal: { withinMs: 15_000, share: 0.8 },
    quarters: [
      { at: beijing('2026-02-02T09:00'), callers: 15, needed: 5 },
      { at: beijing('2026-02-02T09:15'), callers: 1, needed: 1 },
    ],
  });
  expect(http.rows.filters).toEqual([
    {
      queueId: 'sales',
      days: [
        [beijing('2026-01-26T00:00'), beijing('2026-01-27T00:00')],
        [beijing('2026-01-19T00:00'), beijing('2026-01-20T00:00')],
      ],
    },
  ]);
});

test('without a day it is today; without a talk nobody can say how many', async () => {
  http.rows.load = { ...http.rows.load, callers: new Map([[0, 4]]) };
  const { day, quarters, handlingMs } = (
    await http.ask('chen', 'GET', '/api/staffing?queue=sales')
  ).json();
  expect({ day, quarters, handlingMs }).toEqual({
    ...{ day: '2026-01-31', handlingMs: null },
    quarters: [{ at: beijing('2026-01-31T00:00'), callers: 1, needed: null }],
  });
});

test.each([
  ['queue=sh-sales', 404, 'NOT_FOUND'],
  ['queue=none', 404, 'NOT_FOUND'],
  ['', 400, 'INVALID_REQUEST'],
  ['queue=sales&day=2026-02-30', 400, 'INVALID_REQUEST'],
  ['queue=sales&weeks=99', 400, 'INVALID_REQUEST'],
])('?%s is refused: %i %s', async (query, status, code) => {
  const response = await http.ask('chen', 'GET', `/api/staffing?${query}`);
  expect([response.statusCode, response.json()]).toMatchObject([status, { code }]);
});
