import { dateOf, dayNumber } from '../../../../src/domain/hours/local-time';
import { openingAt } from '../../../../src/domain/hours/opening';
import { toldOpening } from '../../../../src/domain/hours/opening-told';
import type { PlanHours, Span } from '../../../../src/domain/plan';

const at = (text: string): number => Date.parse(text);

test('every day of four hundred years has its date', () => {
  for (let day = dayNumber('1999-01-01')!; day < dayNumber('2401-01-01')!; day += 1) {
    const civil = new Date(day * 86_400_000);
    const { year, month, day: ofMonth } = dateOf(day);
    if (
      ofMonth !== civil.getUTCDate() ||
      month !== civil.getUTCMonth() + 1 ||
      year !== civil.getUTCFullYear()
    )
      throw new Error(`${civil.toISOString()}: ${JSON.stringify(dateOf(day))}`);
  }
});

const DAY: readonly Span[] = [
  [9 * 60, 12 * 60],
  [13 * 60 + 30, 18 * 60],
];
/** Mondays to Saturdays; the week of 1 October is a holiday, and Sunday the 11th is worked for it. */
const HOURS: PlanHours = {
  id: 'shop',
  week: [DAY, DAY, DAY, DAY, DAY, DAY, []],
  holidays: [{ from: '2026-10-01', to: '2026-10-07' }],
  workdays: [{ day: '2026-10-11', open: [[10 * 60, 16 * 60]] }],
};

const told = (hours: PlanHours, zone: string, now: number) => {
  const opening = openingAt(hours, zone, now);
  return opening.is === 'open' ? 'open' : toldOpening(opening.opensAt, zone, now);
};

describe('Asia/Shanghai, which has no summer time', () => {
  test.each([
    ['before it opens', '2026-09-28T08:59:59+08:00', 'today', '09:00'],
    ['just after midnight', '2026-09-29T00:00:00+08:00', 'today', '09:00'],
    ['at noon', '2026-09-28T12:00:00+08:00', 'today', '13:30'],
    ['in the evening', '2026-09-28T18:00:00+08:00', 'tomorrow', '09:00'],
    ['on a Saturday evening', '2026-09-26T18:00:00+08:00', 'mon', '09:00'],
    ['on a Sunday', '2026-09-27T12:00:00+08:00', 'tomorrow', '09:00'],
    ['the evening before the holidays', '2026-09-30T18:00:00+08:00', '10-08', '09:00'],
    ['the first of the holidays', '2026-10-01T10:00:00+08:00', '10-08', '09:00'],
    ['the second of the holidays', '2026-10-02T10:00:00+08:00', 'thu', '09:00'],
    ['the last but one', '2026-10-06T10:00:00+08:00', 'thu', '09:00'],
    ['the last of the holidays', '2026-10-07T23:59:59+08:00', 'tomorrow', '09:00'],
    ['before a Sunday that is worked', '2026-10-10T20:00:00+08:00', 'tomorrow', '10:00'],
  ])('%s', (_what, now, day, time) => {
    expect(told(HOURS, 'Asia/Shanghai', at(now))).toEqual([{ opens: [day, time] }]);
  });
});

describe('Europe/Berlin, where the clock is put on and back on a Sunday', () => {
  const daily: PlanHours = { id: 'daily', week: Array.from({ length: 7 }, () => [[9 * 60, 1080]]) };
  const atTwo: PlanHours = { id: 'early', week: Array.from({ length: 7 }, () => [[150, 300]]) };
  test.each([
    ['over the night of 23 hours', daily, '2026-03-28T20:00:00+01:00', 'tomorrow', '09:00'],
    ['over the night of 25 hours', daily, '2026-10-24T20:00:00+02:00', 'tomorrow', '09:00'],
    ['in the hour that comes twice', daily, '2026-10-25T02:30:00+01:00', 'today', '09:00'],
    ['of an hour that is left out', atTwo, '2026-03-29T01:00:00+01:00', 'today', '03:00'],
  ])('%s', (_what, hours, now, day, time) => {
    expect(told(hours, 'Europe/Berlin', at(now))).toEqual([{ opens: [day, time] }]);
  });

  test('a day is one of the store, not of Greenwich', () => {
    const now = at('2026-07-01T23:30:00+02:00');
    expect(toldOpening(at('2026-07-02T00:30:00+02:00'), 'Europe/Berlin', now)).toEqual([
      { opens: ['tomorrow', '00:30'] },
    ]);
    expect(toldOpening(at('2026-07-02T00:30:00+02:00'), 'UTC', now)).toEqual([
      { opens: ['today', '22:30'] },
    ]);
  });
});

test('nothing is told where nobody knows when, where it is, or it is open by then', () => {
  const closed: PlanHours = { id: 'never', week: [[], [], [], [], [], [], []] };
  const now = at('2026-09-28T12:00:00+08:00');
  expect(told(closed, 'Asia/Shanghai', now)).toEqual([]);
  expect(toldOpening(now + 1, undefined, now)).toEqual([]);
  expect(toldOpening(now, 'Asia/Shanghai', now)).toEqual([]);
});
