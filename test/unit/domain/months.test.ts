import { dayNumber, localTime } from '../../../src/domain/hours/local-time';
import { dayText, monthIn, monthsAfter } from '../../../src/domain/months';
import { seeded } from '../../simulation/random';

test.each([
  ['2026-03-02', 2, '2026-05-02'],
  ['2025-12-31', 2, '2026-02-28'],
  ['2023-12-31', 2, '2024-02-29'],
  ['2026-10-31', 1, '2026-11-30'],
  ['2026-01-31', 12, '2027-01-31'],
  ['2024-02-29', 12, '2025-02-28'],
  ['2026-03-31', -1, '2026-02-28'],
  ['2026-01-15', -2, '2025-11-15'],
  ['2026-12-01', 0, '2026-12-01'],
])('%s and %i months: %s', (from, months, to) => {
  expect(dayText(monthsAfter(dayNumber(from)!, months))).toBe(to);
});

test('later days never have an earlier day so many months later', () => {
  for (let day = dayNumber('2023-01-01')!; day < dayNumber('2029-01-01')!; day += 1)
    for (const months of [-3, 1, 2, 3, 12])
      if (monthsAfter(day, months) > monthsAfter(day + 1, months))
        throw new Error(`${dayText(day)} ${months}`);
});

test('a month of a zone holds its moments, and its neighbours begin where it ends', () => {
  const random = seeded(7);
  for (let round = 0; round < 300; round += 1) {
    const at = Date.UTC(2024, 0, 1) + random.below(3 * 365 * 86_400) * 1000;
    const zone = random.pick(['Asia/Shanghai', 'Europe/Berlin', 'America/New_York'])!;
    const { startsAt, endsAt } = monthIn(zone, at);
    expect(startsAt <= at && at < endsAt).toBe(true);
    expect(monthIn(zone, endsAt).startsAt).toBe(endsAt);
    expect(monthIn(zone, startsAt - 1).endsAt).toBe(startsAt);
    expect(localTime(startsAt, zone).minute).toBe(0);
    expect(dayText(localTime(startsAt, zone).day)).toMatch(/-01$/);
  }
});

test('the month is the one of the zone', () => {
  const at = Date.UTC(2026, 1, 28, 16, 30);
  expect(monthIn('Asia/Shanghai', at).startsAt).toBe(Date.UTC(2026, 1, 28, 16));
  expect(monthIn('UTC', at).startsAt).toBe(Date.UTC(2026, 1, 1));
});
