import { documentOf } from '../../../src/domain/plan-document';
import { seeded } from '../../simulation/random';
import { checked, planOf, storedOf } from '../../support/checked-plan';
import { randomPlan } from '../../support/random-plan';

/** Of one document each; so many are drawn. */
const PLANS = 300;

test.each(Array.from({ length: 10 }, (_, index) => index))(
  'a plan is read back as it was from what is said of it, without its secrets: seed %i',
  (seed) => {
    for (let n = seed; n < PLANS; n += 10) {
      const plan = checked(randomPlan(seeded(n)));
      const said = documentOf(planOf(plan));
      expect(JSON.stringify(said)).not.toMatch(/password|pin"|ha1|secret|change-me/i);
      // Through JSON, as it travels.
      const again = checked(JSON.parse(JSON.stringify(said)), storedOf(plan));
      expect(planOf(again)).toEqual(planOf(plan));
      expect(documentOf(planOf(again))).toEqual(said);
    }
  },
);

test('hours are said in days that are alike, and in times of two digits', () => {
  const week = { daily: '9:00-18:00', wed: '', sat: '10:00-12:00, 13:00-16:05' };
  const hours = [
    { id: 'h', week, holidays: ['2026-10-01/2026-10-07', '2026-05-01'] },
    { id: 'never', week: {} },
  ];
  const plan = planOf(checked({ stores: [], hours }));
  expect(documentOf(plan)['hours']).toEqual([
    {
      id: 'h',
      week: {
        'mon-tue': '09:00-18:00',
        'thu-fri': '09:00-18:00',
        sat: '10:00-12:00, 13:00-16:05',
        sun: '09:00-18:00',
      },
      holidays: ['2026-10-01/2026-10-07', '2026-05-01'],
    },
    { id: 'never', week: {} },
  ]);
});

test('sections stand in the order of a plan file; one that nobody knows here is said as it is', () => {
  const plan = { ...planOf(checked({ stores: [] })), numbers: {}, later: [{ id: 'e1' }] };
  const said = documentOf(plan);
  expect(Object.keys(said).slice(0, 3)).toEqual(['sip', 'stores', 'trunks']);
  expect(said).toMatchObject({ later: [{ id: 'e1' }] });
});
