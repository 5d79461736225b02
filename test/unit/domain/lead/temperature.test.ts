import { DEFAULT_LEAD_RULES } from '../../../../src/domain/lead/rules';
import { temperatureOf } from '../../../../src/domain/lead/temperature';

const ZONE = 'Asia/Shanghai';
/** Noon in Beijing. */
const noon = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);
const on = (today: string, intendedOn: string | null, rules = DEFAULT_LEAD_RULES) =>
  temperatureOf(intendedOn, { now: noon(today), zone: ZONE }, rules);

test.each([
  ['today', '2026-03-02', '2026-03-02', 'hot'],
  ['a day that is past', '2026-03-02', '2026-01-01', 'hot'],
  ['three months to the day', '2026-03-02', '2026-06-02', 'hot'],
  ['a day more', '2026-03-02', '2026-06-03', 'warm'],
  ['three months of which the last is shorter', '2025-11-30', '2026-02-28', 'hot'],
  ['a day more than that', '2025-11-30', '2026-03-01', 'warm'],
  ['the same in a leap year', '2023-11-30', '2024-02-29', 'hot'],
  ['twelve months to the day', '2026-03-02', '2027-03-02', 'warm'],
  ['a day more than twelve months', '2026-03-02', '2027-03-03', 'cold'],
  ['twelve months from a leap day', '2024-02-29', '2025-02-28', 'warm'],
  ['and a day more', '2024-02-29', '2025-03-01', 'cold'],
])('A29: %s, on %s for %s: %s', (_what, today, intended, expected) => {
  expect(on(today, intended)).toBe(expected);
});

test('A29: today is the day of the store’s zone', () => {
  // 30 November 17:00 in London is 1 December in Beijing.
  const now = Date.UTC(2026, 10, 30, 17);
  const at = (zone: string) => temperatureOf('2027-03-01', { now, zone }, DEFAULT_LEAD_RULES);
  expect(at('Asia/Shanghai')).toBe('hot');
  expect(at('Europe/London')).toBe('warm');
});

test('A29: the months are settings, and who said nothing, or no day, has no temperature', () => {
  const rules = { ...DEFAULT_LEAD_RULES, temperature: { hotMonths: 1, warmMonths: 2 } };
  const days = ['2026-04-02', '2026-04-03', '2026-05-02', '2026-05-03'];
  expect(days.map((day) => on('2026-03-02', day, rules))).toEqual(['hot', 'warm', 'warm', 'cold']);
  expect(on('2026-03-02', null)).toBeNull();
  expect(on('2026-03-02', '2026-02-30')).toBeNull();
});
