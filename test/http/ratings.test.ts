import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeEach(() => {
  http = startHttp();
});
afterEach(() => http.close());

test('ratings by agent, of the own store, in a span or of the last 30 days', async () => {
  http.rows.ratings = [{ agentId: 'wang', ratings: 3, mean: 4.33, settled: 1, notSettled: 1 }];
  const span = 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';
  const answer = await http.ask('chen', 'GET', `/api/ratings?${span}`);
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { items: http.rows.ratings, next: null },
  ]);
  await http.ask('chen', 'GET', '/api/ratings');
  const [first, second] = http.rows.filters as { storeIds: string[]; from: number; to: number }[];
  expect(first).toEqual({
    ...{ storeIds: ['bj01'], from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) },
  });
  expect((second?.to ?? 0) - (second?.from ?? 0)).toBe(30 * 86_400_000);
});
