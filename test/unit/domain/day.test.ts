import { dayIn, endOfDay } from '../../../src/domain/day';

test('days end when the calendar says', () => {
  for (let at = Date.UTC(1970, 0, 1); at < Date.UTC(2105, 0, 1); at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (endOfDay(day) !== at + 86_400_000) throw new Error(day);
  }
});

test.each([
  '2026-02-29',
  '2026-04-31',
  '2026-13-01',
  '2026-00-01',
  '2026-01-00',
  '1969-12-31',
  'x',
  '',
])('%p is no day', (text) => expect(endOfDay(text)).toBeNull());

const HOUR = 3_600_000;

test.each([
  ['Asia/Shanghai', '2026-03-01T01:00:00.123Z', '2026-02-28T16:00:00Z', 24],
  ['Asia/Shanghai', '2026-02-28T16:00:00Z', '2026-02-28T16:00:00Z', 24],
  ['Asia/Shanghai', '2026-02-28T15:59:59.999Z', '2026-02-27T16:00:00Z', 24],
  ['Asia/Kolkata', '2026-03-01T01:00:00Z', '2026-02-28T18:30:00Z', 24],
  // Clocks forward and back, each before and after the change.
  ['Europe/Berlin', '2026-03-28T23:30:00Z', '2026-03-28T23:00:00Z', 23],
  ['Europe/Berlin', '2026-03-29T12:00:00Z', '2026-03-28T23:00:00Z', 23],
  ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-24T22:00:00Z', 25],
  ['Europe/Berlin', '2026-10-25T12:00:00Z', '2026-10-24T22:00:00Z', 25],
])('the day of %s at %s began at %s and has %i hours', (zone, at, start, hours) => {
  const startsAt = Date.parse(start);
  expect(dayIn(zone, Date.parse(at))).toEqual({ startsAt, endsAt: startsAt + hours * HOUR });
});
