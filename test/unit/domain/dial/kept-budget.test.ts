import {
  attempted,
  breakFor,
  settled,
  UNUSED,
  type DialBudget,
} from '../../../../src/domain/dial/budget';
import { changeOf, withChange } from '../../../../src/domain/dial/kept-budget';

/** Noon in China. */
const NOON = Date.UTC(2026, 2, 1, 4);
const HOUR = 3_600_000;
const BOB = { agentId: 'bob', storeId: 'bj01' };
const DAN = { agentId: 'dan', storeId: 'bj01' };

/** Steps that a journal keeps, with its dials an hour apart at most. */
const STEPS: [string, (budget: DialBudget) => DialBudget][] = [
  ['an attempt', (budget) => attempted(budget, BOB, 40, NOON)],
  ['another one in the same moment', (budget) => attempted(budget, BOB, 40, NOON)],
  ['a colleague’s', (budget) => attempted(budget, DAN, 15, NOON + 1)],
  ['what a talk cost', (budget) => settled(budget, BOB, { rate: 40, talkMs: 61_000 }, NOON + 2)],
  ['nothing', (budget) => budget],
  [
    'a pause',
    (budget) =>
      breakFor(budget, { subject: 'person bob', limit: 'rate', until: NOON + HOUR }, NOON) ??
      budget,
  ],
  ['an attempt after the hour of all', (budget) => attempted(budget, DAN, 15, NOON + 2 * HOUR)],
  ['one of the next day', (budget) => attempted(budget, BOB, 5, NOON + 24 * HOUR)],
];

test('after each step the changes that were kept make the budget again', () => {
  let [budget, kept] = [UNUSED, UNUSED];
  for (const [what, step] of STEPS) {
    const next = step(budget);
    const change = changeOf(budget, next);
    if (change !== null) kept = withChange(kept, JSON.parse(JSON.stringify(change)));
    budget = next;
    // Attempts that are too old to count are let go of when they are next looked at.
    const recent = kept.attempts.slice(-budget.attempts.length);
    expect([what, { ...kept, attempts: recent }]).toEqual([what, budget]);
  }
});

test('a step that changed nothing is not kept, and an attempt is once', () => {
  expect(changeOf(UNUSED, UNUSED)).toBeNull();
  const once = attempted(UNUSED, BOB, 40, NOON);
  expect(changeOf(UNUSED, once)).toEqual({
    attempts: [{ at: NOON, who: BOB }],
    day: expect.any(Number),
    spent: { 'person bob': 40, 'store bj01': 40 },
    paused: {},
  });
  expect(changeOf(once, attempted(once, DAN, 0, NOON))?.attempts).toEqual([{ at: NOON, who: DAN }]);
});
