import { plannedOpenings } from '../../../../src/domain/hours/closure';
import type { Opening } from '../../../../src/domain/hours/opening';
import type { PlanRingBack } from '../../../../src/domain/plan';
import {
  ringBacks,
  ringingHours,
  USUAL_RING_BACK,
  type RingBack,
} from '../../../../src/domain/promise/ring-back';
import { planWith } from '../../../support/centre/plan';

const span = [10 * 60, 17 * 60] as const;
const HOURS = [
  { id: 'shop', week: Array.from({ length: 7 }, () => [[9 * 60, 22 * 60] as const]) },
  { id: 'calls', week: Array.from({ length: 7 }, () => [span]) },
];

function ruleOf(ringBack?: PlanRingBack, hours?: string): RingBack {
  const hotline = { ...(ringBack ? { ringBack } : {}), ...(hours ? { hours } : {}) };
  const plan = planWith({ hours: HOURS, hotline });
  return ringBacks(plan, plannedOpenings(plan)).get('400')!;
}

test('without a word in the plan it is as usual', () => {
  expect(ruleOf()).toEqual(USUAL_RING_BACK);
  expect([...ruleOf().after]).toHaveLength(6);
});

test('what the plan says, and what it does not', () => {
  const said = { after: ['asked' as const], tries: 5, againMinutes: 20, dueMinutes: 60 };
  expect(ruleOf({ ...said, ringSeconds: 40 })).toMatchObject({
    ...{ after: new Set(['asked']), tries: 5, againMs: 1_200_000, dueMs: 3_600_000 },
    ringMs: 40_000,
  });
  expect(ruleOf({ tries: 1 })).toMatchObject({ tries: 1, againMs: 900_000, ringMs: 25_000 });
  expect(ruleOf({ after: [] }).after.size).toBe(0);
});

describe('when of the day', () => {
  const at = (clock: string): number => Date.parse(`2026-03-02T${clock}:00+08:00`);
  /** He rang at eight in the evening, and it was due half an hour later. */
  const promise = { dueAt: at('20:30') };
  const OPEN: Opening = { is: 'open' };
  const nextDay = (clock: string) => Date.parse(`2026-03-03T${clock}:00+08:00`);

  test.each<[string, PlanRingBack | undefined, string | undefined, string, 'open' | number]>([
    ['never closed, by day', undefined, undefined, '20:59', 'open'],
    ['never closed, at night', undefined, undefined, '21:00', nextDay('08:00')],
    ['never closed, before dawn', undefined, undefined, '03:00', at('08:00')],
    ['open, whatever the clock says', undefined, 'shop', '21:30', 'open'],
    ['open, within its hours for calls', { hours: 'calls' }, 'shop', '16:59', 'open'],
    ['open, outside of its hours for calls', { hours: 'calls' }, 'shop', '17:00', nextDay('10:00')],
    ['never closed, with hours for calls', { hours: 'calls' }, undefined, '09:00', at('10:00')],
  ])('%s', (_what, ringBack, hours, clock, expected) => {
    const overdue = { dueAt: 0 };
    const opening = ringingHours(ruleOf(ringBack, hours), OPEN, overdue, at(clock));
    expect(opening.is === 'open' ? 'open' : opening.opensAt).toBe(expected);
  });

  test('who rang a moment ago is awake: only a later try waits for the morning', () => {
    const rule = ruleOf();
    const late = { dueAt: at('23:30') };
    expect(ringingHours(rule, OPEN, late, at('23:30'))).toEqual(OPEN);
    expect(ringingHours(rule, OPEN, late, at('23:31'))).toMatchObject({ is: 'closed' });
    // However late it is due by the plan, he is awake for half an hour.
    const slow = { dueMs: 4 * 3_600_000 };
    expect(ringingHours({ ...rule, ...slow }, OPEN, late, at('21:30'))).toMatchObject({
      opensAt: nextDay('08:00'),
    });
    expect(ringingHours(ruleOf({ hours: 'calls' }), OPEN, promise, at('20:10'))).toMatchObject({
      opensAt: nextDay('10:00'),
    });
  });

  test('a hotline that is closed calls nobody', () => {
    const closed: Opening = { is: 'closed', why: 'closure', opensAt: 7 };
    expect(ringingHours(ruleOf(), closed, promise, at('12:00'))).toBe(closed);
  });
});
