import {
  DEFAULT_LEAD_RULES,
  leadRulesOf,
  withSaid,
  type LeadRules,
} from '../../../../src/domain/lead/rules';
import type { PlanLeads } from '../../../../src/domain/plan-leads';

test('without a word in the plan the defaults of section 9 hold', () => {
  expect(leadRulesOf({ stores: [{ id: 'bj01' }] }, 'bj01')).toEqual(DEFAULT_LEAD_RULES);
  const days = Object.values(DEFAULT_LEAD_RULES.levels).map((one) => one.followUpDays);
  expect(days).toEqual([1, 3, 7, 15]);
  const within = Object.values(DEFAULT_LEAD_RULES.levels).map((one) => one.buysWithinDays);
  expect(within).toEqual([7, 15, 30, 90]);
});

test('what a store says goes before what the plan says, setting by setting; others keep the plan’s', () => {
  const plan = {
    leads: { levels: { H: { followUpDays: 2 } }, temperature: { hotMonths: 4 } },
    stores: [
      { id: 'bj01', leads: { levels: { H: { value: 9 } }, trial: { salesSharePercent: 8 } } },
    ],
  };
  expect(leadRulesOf(plan, 'bj01')).toEqual({
    ...DEFAULT_LEAD_RULES,
    levels: {
      ...DEFAULT_LEAD_RULES.levels,
      H: { buysWithinDays: 7, followUpDays: 2, value: 9 },
    },
    temperature: { hotMonths: 4, warmMonths: 12 },
    trial: { salesSharePercent: 8 },
  });
  expect(leadRulesOf(plan, 'sh01')).toMatchObject({
    levels: { H: { followUpDays: 2, value: 8 } },
    trial: { salesSharePercent: 11 },
  });
});

test('every setting can be said, and is what holds then', () => {
  const paths = leavesOf(DEFAULT_LEAD_RULES);
  expect(paths.length).toBeGreaterThan(25);
  for (const path of paths) {
    const rules = withSaid(DEFAULT_LEAD_RULES, nested(path, 77) as PlanLeads);
    expect(valueAt(rules, path)).toBe(77);
    const others = paths.filter((one) => one !== path);
    for (const other of others)
      expect(valueAt(rules, other)).toBe(valueAt(DEFAULT_LEAD_RULES, other));
  }
});

function leavesOf(value: object, before: string[] = []): string[] {
  return Object.entries(value).flatMap(([key, one]) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? leavesOf(one as object, [...before, key])
      : [[...before, key].join('.')],
  );
}

const nested = (path: string, value: unknown): unknown =>
  path.split('.').reduceRight((inner: unknown, key) => ({ [key]: inner }), value);

const valueAt = (rules: LeadRules, path: string): unknown =>
  path.split('.').reduce((value: unknown, key) => (value as Record<string, unknown>)[key], rules);
