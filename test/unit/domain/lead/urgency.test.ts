import { DEFAULT_LEAD_RULES, withSaid } from '../../../../src/domain/lead/rules';
import { overdueFirst, turnOf, urgencyOf, type DueLead } from '../../../../src/domain/lead/urgency';
import { seeded } from '../../../simulation/random';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 2, 2, 4);
const late = (id: string, level: DueLead['level'], hours: number): DueLead => ({
  ...{ id, level, dueAt: NOW - hours * HOUR },
});
const order = (leads: DueLead[], rules = DEFAULT_LEAD_RULES) =>
  overdueFirst(leads, rules, NOW).map(({ id }) => id);

test('lateness counts in intervals of the level, times its value', () => {
  const of = (level: DueLead['level'], hours: number) =>
    urgencyOf(late('x', level, hours), DEFAULT_LEAD_RULES, NOW);
  expect(of('H', 24)).toBe(8);
  expect(of('A', 3 * 24)).toBe(4);
  expect(of('B', 7 * 24)).toBe(2);
  expect(of('C', 15 * 24)).toBe(1);
  expect(of(null, 15 * 24)).toBe(1);
  expect(of('H', 3)).toBe(of('C', 15 * 24));
  expect(of('H', 0)).toBe(0);
  expect(of('H', -24)).toBe(-8);
  expect(urgencyOf({ level: 'H', dueAt: null }, DEFAULT_LEAD_RULES, NOW)).toBe(-Infinity);
});

test('who is late comes in that order; who is not late is no part of it', () => {
  const leads = [
    late('c-month', 'C', 30 * 24),
    late('h-hours', 'H', 5),
    late('h-day', 'H', 24),
    late('a-day', 'A', 24),
    late('in time', 'H', -1),
    late('just in time', 'H', 0),
    { id: 'nothing due', level: 'H' as const, dueAt: null },
  ];
  // 8, 2, 5/24*8 = 1.67, 1/3*4 = 1.33
  expect(order(leads)).toEqual(['h-day', 'c-month', 'h-hours', 'a-day']);
});

test('of equally urgent ones who was due first, then by id; values are settings', () => {
  expect(order([late('b', 'H', 3), late('c', 'C', 15 * 24), late('a', 'H', 3)])).toEqual([
    ...['c', 'a', 'b'],
  ]);
  const rules = withSaid(DEFAULT_LEAD_RULES, { levels: { C: { value: 100 } } });
  expect(order([late('h', 'H', 24), late('c', 'C', 24)])).toEqual(['h', 'c']);
  // 1/15 of 100 is less than 8; two days of it are more.
  expect(order([late('h', 'H', 24), late('c', 'C', 48)], rules)).toEqual(['c', 'h']);
});

test('whatever order they come in, they go out in one', () => {
  const random = seeded(3);
  const leads = Array.from({ length: 60 }, (_, n) =>
    late(
      `lead-${n}`,
      random.pick(['H', 'A', 'B', 'C', null] as const) ?? null,
      random.below(9) - 2,
    ),
  );
  const first = order(leads);
  for (let round = 0; round < 20; round += 1) {
    const shuffled = leads
      .map((lead) => [random.next(), lead] as const)
      .sort(([a], [b]) => a - b)
      .map(([, lead]) => lead);
    expect(order(shuffled)).toEqual(first);
  }
});

test('in the list of today whoever is late is before whoever is not, and of these the hottest level is first', () => {
  const turn = (level: DueLead['level'], hours: number) =>
    turnOf({ level, dueAt: NOW - hours * HOUR }, DEFAULT_LEAD_RULES, NOW);
  expect(turn('H', 24)).toBe(8);
  const order = [
    turn('H', 24),
    turn('C', 1),
    turn('H', 0),
    turn('A', 0),
    turn('B', -9),
    turn(null, -1),
  ];
  expect(order).toEqual([...order].sort((a, b) => b - a));
  expect(order.map((one) => one > 0)).toEqual([true, true, false, false, false, false]);
});
