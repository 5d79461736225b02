import { endOfDay } from '../../../src/domain/day';

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
