import { DEFAULT_LEAD_RULES as RULES, withSaid } from '../../../../src/domain/lead/rules';
import { rewardsAt } from '../../../../src/domain/metrics/rewards';
import { trialResult } from '../../../../src/domain/metrics/trial';

test.each([
  [10, 100, false],
  [1099, 10_000, false],
  [11, 100, true],
  [1100, 10_000, true],
  [100, 100, true],
  [0, 5, false],
  [0, 0, null],
])('A45: %i of %i sales: passed %s', (centre, store, passed) => {
  expect(trialResult({ centre, store }, RULES)).toMatchObject({ needed: 11, passed });
});

test('A45: the share that is needed is a setting', () => {
  const rules = withSaid(RULES, { trial: { salesSharePercent: 8 } });
  expect(trialResult({ centre: 8, store: 100 }, rules)).toEqual({
    salesShare: { part: 8, whole: 100, percent: 8 },
    ...{ needed: 8, passed: true },
  });
});

const inBeijing = (text: string): number => Date.parse(`${text}+08:00`);
const rewards = (text: string, said: object) =>
  rewardsAt({ now: inBeijing(text), zone: 'Asia/Shanghai' }, withSaid(RULES, { rewards: said }));

test.each([
  ['2026-03-01T00:00:00', {}, true, null],
  ['2026-02-28T23:59:59', { since: '2026-03-01' }, false, '2026-06-01'],
  ['2026-05-31T23:59:59', { since: '2026-03-01' }, false, '2026-06-01'],
  ['2026-06-01T00:00:00', { since: '2026-03-01' }, true, '2026-06-01'],
  ['2026-04-30T12:00:00', { since: '2026-02-28', freeMonths: 2 }, true, '2026-04-28'],
  ['2026-04-29T12:00:00', { since: '2026-03-31', freeMonths: 1 }, false, '2026-04-30'],
  ['2026-03-01T00:00:00', { since: '2026-03-01', freeMonths: 0 }, true, '2026-03-01'],
])('A44: on %s with %j reward and penalty hold: %s', (now, said, hold, from) => {
  expect(rewards(now, said)).toEqual({ hold, from });
});

test('A44: the day is the one of the store’s zone', () => {
  const now = Date.UTC(2026, 4, 31, 17);
  const rules = withSaid(RULES, { rewards: { since: '2026-03-01' } });
  expect(rewardsAt({ now, zone: 'Asia/Shanghai' }, rules).hold).toBe(true);
  expect(rewardsAt({ now, zone: 'UTC' }, rules).hold).toBe(false);
});
