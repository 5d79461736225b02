import {
  isTooManyNewCustomers,
  newCustomersOfDay,
} from '../../../../src/domain/lead/new-customers';
import { DEFAULT_LEAD_RULES as RULES, withSaid } from '../../../../src/domain/lead/rules';

test.each([
  [1, false],
  [5, false],
  [6, true],
  [7, true],
])(
  'A38: %i new customers of a direct salesperson in a day are too many: %s',
  (count, isTooMany) => {
    expect(isTooManyNewCustomers(count, RULES)).toBe(isTooMany);
  },
);

test('A38: how many is a setting', () => {
  const rules = withSaid(RULES, { newCustomersADay: 7 });
  expect([7, 8].map((count) => isTooManyNewCustomers(count, rules))).toEqual([false, true]);
});

test('A38: those of the day of the store’s zone are counted, from midnight to midnight', () => {
  const inBeijing = (text: string): number => Date.parse(`${text}+08:00`);
  const arrivals = [
    ...['2026-03-01T23:59:59.999', '2026-03-02T00:00:00', '2026-03-02T09:00:00'],
    ...['2026-03-02T23:59:59.999', '2026-03-03T00:00:00'],
  ].map(inBeijing);
  const now = inBeijing('2026-03-02T12:00:00');
  expect(newCustomersOfDay(arrivals, 'Asia/Shanghai', now)).toBe(3);
});
