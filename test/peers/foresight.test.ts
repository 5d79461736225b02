/**
 * What the calls of the weeks before say of the next ones, as the started product tells it: channels that a trunk lacks
 * (Erlang B, by `npx openline doctor`), and agents that a queue needs (Erlang A). The calls are rows in its database.
 */
import { erlangB } from '../../src/domain/staffing/erlang';
import { openline } from '../support/command';
import { Dealership } from '../support/dealership';
import { PASSWORD } from '../support/plan';
import { startPushClient } from '../support/push-client';

const CHANNELS = 10;
const HOUR = 3_600_000;

let dealership: Dealership;
beforeAll(async () => {
  dealership = await Dealership.open({}, (plan) => ({
    ...plan,
    trunks: plan.trunks.map((trunk) => ({ ...trunk, channels: CHANNELS })),
  }));
}, 90_000);
afterAll(() => dealership.close(), 30_000);

/** So many talks, one begun after the other, of three minutes each; they waited for ten seconds. */
const talks = (count: number, from: Date, apartMs: number) =>
  dealership.rows(`insert into call (id, direction, state, store_id, queue_id, hotline, trunk_id, from_number,
      to_number, arrived_at, talk_started_at, first_talk_at, ended_at, outcome, end_cause)
    select gen_random_uuid(), 'inbound', 'closed', 'bj01', 'sales', '400', 'carrier', '+86138' || n, '400',
      at, at + interval '10 s', at + interval '10 s', at + interval '190 s', 'talk', 'hangup'
    from (select n, timestamptz '${from.toISOString()}' + n * interval '${apartMs} ms' as at
      from generate_series(0, ${count - 1}) n) calls`);

test('the busiest hour of last week: how many heard "busy", and how many channels it takes', async () => {
  const { trunks } = dealership.plan;
  expect(trunks).toMatchObject([{ id: 'carrier' }]);
  const before = await openline(dealership.product, 'doctor');
  expect(before.out).toMatch(/channels of carrier: No call in the last week/);
  const hour = new Date(HOUR * (Math.floor(Date.now() / HOUR) - 30));
  // 150 calls of 190 s within an hour and three minutes.
  await talks(150, hour, 24_000);
  const { code, out } = await openline(dealership.product, 'doctor');
  expect(code).toBe(1);
  const line =
    /FAIL \] channels of carrier: 10 of them.* ([\d.]+) were in use on average, (\d+) at most: ([\d.]+) %/;
  const [, erlangs, peak, busy] = line.exec(out)?.map(Number) ?? [];
  expect(erlangs).toBeGreaterThan(7.5);
  expect(erlangs).toBeLessThan(7.95);
  expect(peak).toBe(8);
  // What was carried is less than what was offered.
  expect(busy).toBeGreaterThan(100 * erlangB(7.5, CHANNELS));
  expect(busy).toBeLessThan(100 * erlangB(12, CHANNELS));
  expect(out).toMatch(/1 % takes 17 channels/);
}, 60_000);

test('agents for a quarter of an hour, from the same weekday of the weeks before', async () => {
  const now = Date.now();
  for (const weeks of [1, 2, 3, 4]) await talks(40, new Date(now - weeks * 7 * 24 * HOUR), 1000);
  const client = { http: dealership.product.http, user: 'chen', password: PASSWORD };
  const chen = await startPushClient(client);
  const hint = (await (await chen.get('/api/staffing?queue=sales')).json()) as {
    quarters: { at: number; callers: number; needed: number }[];
  };
  chen.close();
  expect(hint).toMatchObject({
    days: 4,
    handlingMs: 180_000,
    goal: { withinMs: 15_000, share: 0.8 },
  });
  expect(hint.quarters.reduce((all, { callers }) => all + callers, 0)).toBeCloseTo(40, 6);
  // 40 in 900 s, of three minutes each, are eight at a time.
  const [most] = [...hint.quarters].sort((a, b) => b.callers - a.callers);
  if (most?.callers === 40) expect(most.needed).toBe(11);
  expect(most?.needed).toBeGreaterThan(0);
}, 60_000);
