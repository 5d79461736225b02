import { DEFAULT_LEAD_RULES as RULES, withSaid } from '../../../../src/domain/lead/rules';
import { ratioOf } from '../../../../src/domain/metrics/ratio';
import { callsMark, dealsOf, markOf, teamKpi } from '../../../../src/domain/metrics/team-kpi';

const kpi = (newLeads: number, arrived: number, centre: number, store: number, rules = RULES) =>
  teamKpi({ newLeads, arrived, deals: { centre, store } }, rules);

test.each([
  ['just under a quarter', 9999, 40_000, 'low'],
  ['a quarter', 10_000, 40_000, null],
  ['just under a half', 19_999, 40_000, null],
  ['a half', 20_000, 40_000, 'high'],
  ['all', 40_000, 40_000, 'high'],
  ['nobody', 0, 40_000, 'low'],
  ['nobody of nobody', 0, 0, null],
  ['a third of three', 1, 3, null],
])('A42, Q16: %s, %i of %i: %s', (_what, part, whole, mark) => {
  expect(kpi(whole, part, 0, 0).arrival).toMatchObject({ part, whole, mark });
  expect(kpi(whole, whole, part, whole).deal).toMatchObject({ part, whole, mark });
});

test.each([
  ['just under ten per cent', 999, 10_000, 'low'],
  ['ten per cent', 1000, 10_000, null],
  ['all: there is no upper border', 10_000, 10_000, null],
  ['no deal of the store', 0, 0, null],
])('A42: structure ratio: %s: %s', (_what, centre, store, mark) => {
  expect(kpi(100, 30, centre, store).structure).toMatchObject({ mark });
});

test('A42: what is shown as 25.0 per cent and is less is marked all the same', () => {
  const { arrival } = kpi(40_000, 9_999, 0, 0);
  expect(arrival).toMatchObject({ percent: 25, mark: 'low' });
});

test('N15-N17, Q07: which count is divided by which', () => {
  expect(kpi(200, 60, 20, 150)).toEqual({
    arrival: { part: 60, whole: 200, percent: 30, mark: null },
    deal: { part: 20, whole: 60, percent: 33.3, mark: null },
    structure: { part: 20, whole: 150, percent: 13.3, mark: null },
  });
});

test('A42: the borders are settings of the store', () => {
  const rules = withSaid(RULES, {
    teamKpi: { arrival: { from: 31, below: 60 }, deal: { below: 33 }, structure: { from: 14 } },
  });
  const { arrival, deal, structure } = kpi(200, 60, 20, 150, rules);
  expect([arrival.mark, deal.mark, structure.mark]).toEqual(['low', 'high', 'low']);
});

test('the centre’s deals are those from low-intent and non-showroom customers', () => {
  const counts = [
    { kind: 'low-intent', count: 3 },
    { kind: 'non-showroom', count: 4 },
    { kind: 'showroom', count: 50 },
    { kind: 'low-intent', count: 1 },
  ];
  expect(dealsOf(counts)).toEqual({ centre: 8, store: 58 });
});

test.each([
  [40, 'low'],
  [41, null],
  [60, null],
  [61, 'high'],
])('A10, Q16: %i calls in a day: %s', (calls, mark) => {
  expect(callsMark(calls, RULES)).toBe(mark);
});

test('a range without an upper border has none', () => {
  expect(markOf(ratioOf(100, 100), { from: 10 })).toBeNull();
});
