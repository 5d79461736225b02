import { LEADS, leadsAstray } from '../../../../src/domain/plan-check/leads';
import { readObject } from '../../../../src/domain/plan-check/fields';
import type { PlanFault } from '../../../../src/domain/plan-check/faults';
import { checkPlan } from '../../../../src/domain/plan-check';
import { documentOf } from '../../../../src/domain/plan-document';
import { checked, FRESH, planOf } from '../../../support/checked-plan';

function read(raw: object): { value: unknown; faults: [string, string][] } {
  const faults: PlanFault[] = [];
  const value = readObject(raw, LEADS, { at: 'leads', faults });
  return { value, faults: faults.map(({ at, code }) => [at, code]) };
}

const EVERYTHING = {
  levels: { H: { buysWithinDays: 5, followUpDays: 1, value: 9 }, C: { value: 2 } },
  firstFollowUpDays: 1,
  temperature: { hotMonths: 2, warmMonths: 10 },
  teamKpi: {
    arrival: { from: 20, below: 60 },
    deal: { below: 45 },
    structure: { from: 12 },
  },
  callsADay: { above: 30, most: 50 },
  trial: { salesSharePercent: 9 },
  rewards: { since: '2026-03-01', freeMonths: 2 },
  ...{ forcedTransferMonths: 3, newCustomersADay: 6, distribution: 'by-hand' },
  confirmation: { levels: ['H'], tries: 2, retryHours: 3, overDays: 1 },
  ...{ transfersAMonth: 4, informationFee: 20_000, rejectedRowsDays: 30 },
};

test.each([
  {},
  EVERYTHING,
  { confirmation: { levels: [] } },
  { rewards: {} },
  { transfersAMonth: 0 },
])('%j stays as it is', (leads) => expect(read(leads)).toEqual({ value: leads, faults: [] }));

test.each([
  ['a level that there is not', { levels: { D: {} } }, 'leads.levels.D', 'UNKNOWN_KEY'],
  [
    'no days until the next follow-up',
    { levels: { H: { followUpDays: 0 } } },
    'leads.levels.H.followUpDays',
    'WRONG_VALUE',
  ],
  [
    'more than all of them',
    { teamKpi: { deal: { below: 101 } } },
    'leads.teamKpi.deal.below',
    'WRONG_VALUE',
  ],
  ['no day', { rewards: { since: '2026-02-30' } }, 'leads.rewards.since', 'WRONG_VALUE'],
  ['half a month', { forcedTransferMonths: 1.5 }, 'leads.forcedTransferMonths', 'WRONG_VALUE'],
  ['a lottery', { distribution: 'lottery' }, 'leads.distribution', 'WRONG_VALUE'],
  [
    'a level that there is not to be confirmed',
    { confirmation: { levels: ['D'] } },
    'leads.confirmation.levels[0]',
    'WRONG_VALUE',
  ],
  ['another setting', { forcedMonths: 2 }, 'leads.forcedMonths', 'UNKNOWN_KEY'],
])('%s is a fault', (_what, leads, at, code) => {
  expect(read(leads)).toEqual({ value: null, faults: [[at, code]] });
});

test.each<[string, object, string[]]>([
  ['nothing is said', {}, []],
  ['borders in order', { leads: EVERYTHING }, []],
  [
    'two that are said',
    { leads: { temperature: { hotMonths: 6, warmMonths: 6 } } },
    ['leads.temperature.warmMonths'],
  ],
  [
    'one beyond the default',
    { leads: { teamKpi: { arrival: { from: 50 } } } },
    ['leads.teamKpi.arrival.from'],
  ],
  [
    'a level that buys later than the next one',
    { leads: { levels: { A: { buysWithinDays: 31 } } } },
    ['leads.levels.A.buysWithinDays'],
  ],
  [
    'a store beyond the installation',
    {
      leads: { temperature: { hotMonths: 5 } },
      stores: [{ id: 'bj01' }, { id: 'sh01', leads: { temperature: { warmMonths: 4 } } }],
    },
    ['stores[1].leads.temperature.warmMonths'],
  ],
  [
    'the installation alone; a store that says something else is not told of it',
    {
      leads: { callsADay: { above: 60 } },
      stores: [{ id: 'bj01', leads: { transfersAMonth: 2 } }],
    },
    ['leads.callsADay.above'],
  ],
  [
    'a store that puts the installation right is right, which stays wrong itself',
    {
      leads: { callsADay: { above: 60 } },
      stores: [{ id: 'bj01', leads: { callsADay: { most: 70 } } }],
    },
    ['leads.callsADay.above'],
  ],
  ['what cannot be read is told by who reads it', { leads: { callsADay: 'many' } }, []],
])('borders beyond each other: %s', (_what, document, places) => {
  const faults = leadsAstray(document as Record<string, unknown>);
  expect(faults.map(({ at }) => at)).toEqual(places);
  for (const { code, zh, en } of faults) {
    expect(code).toBe('NOT_BELOW');
    expect(zh).toMatch(/必须小于/);
    expect(en).toMatch(/must be below/);
  }
});

test('the plan has them, for the installation and for a store, and says them back as they were said', () => {
  const document = {
    stores: [
      { id: 'bj01', name: '北京一店', leads: { newCustomersADay: 4 } },
      { id: 'sh01', name: '上海一店' },
    ],
    leads: EVERYTHING,
  };
  const plan = checked(document);
  expect(plan.leads).toEqual(EVERYTHING);
  expect(plan.stores[0]?.leads).toEqual({ newCustomersADay: 4 });
  const said = documentOf(planOf(plan));
  expect(said['leads']).toEqual(EVERYTHING);
  expect(checked(said)).toEqual(plan);
  const faulty = { ...document, leads: { temperature: { hotMonths: 12 } } };
  expect(checkPlan(faulty, FRESH)).toMatchObject({
    ok: false,
    problems: [{ at: 'leads.temperature.hotMonths', code: 'NOT_BELOW' }],
  });
  expect(checked({ ...document, leads: {} })).not.toHaveProperty('leads');
});
