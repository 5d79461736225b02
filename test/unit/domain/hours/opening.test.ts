import {
  dayNumber,
  instantOf,
  localTime,
  weekdayOf,
} from '../../../../src/domain/hours/local-time';
import { openingAt } from '../../../../src/domain/hours/opening';
import type { PlanHours } from '../../../../src/domain/plan';

const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';
const at = (text: string): number => Date.parse(text);

describe('the time on the wall', () => {
  it.each([
    ['2026-10-01T00:00:00+08:00', SHANGHAI, '2026-10-01', 0],
    ['2026-10-01T23:59:59+08:00', SHANGHAI, '2026-10-01', 1439],
    ['2026-09-30T16:00:00Z', SHANGHAI, '2026-10-01', 0],
    ['2026-03-29T00:59:59Z', BERLIN, '2026-03-29', 119],
    ['2026-03-29T01:00:00Z', BERLIN, '2026-03-29', 180],
    ['2026-10-25T00:30:00Z', BERLIN, '2026-10-25', 150],
    ['2026-10-25T01:30:00Z', BERLIN, '2026-10-25', 150],
    ['2026-02-28T18:45:00Z', 'Asia/Kathmandu', '2026-03-01', 30],
  ])('%s in %s is %s, minute %i', (instant, zone, day, minute) => {
    expect(localTime(at(instant), zone)).toEqual({ day: dayNumber(day), minute });
  });

  it.each([
    ['2026-10-01', 540, SHANGHAI, '2026-10-01T09:00:00+08:00'],
    ['2026-10-01', 1440, SHANGHAI, '2026-10-02T00:00:00+08:00'],
    ['2026-03-29', 540, BERLIN, '2026-03-29T07:00:00Z'],
    ['2026-03-28', 540, BERLIN, '2026-03-28T08:00:00Z'],
    // 02:30 is left out on this day, and comes twice on the next.
    ['2026-03-29', 150, BERLIN, '2026-03-29T01:00:00Z'],
    ['2026-10-25', 150, BERLIN, '2026-10-25T00:30:00Z'],
    ['2026-10-25', 540, BERLIN, '2026-10-25T08:00:00Z'],
    ['2026-11-01', 90, 'America/New_York', '2026-11-01T05:30:00Z'],
  ])('%s minute %i in %s is %s', (day, minute, zone, instant) => {
    expect(new Date(instantOf({ day: dayNumber(day) ?? 0, minute }, zone)).toISOString()).toBe(
      new Date(instant).toISOString(),
    );
  });

  it.each([
    ['1970-01-01', 3],
    ['2026-11-28', 5],
    ['2028-02-29', 1],
  ])('%s is weekday %i, Monday being 0', (day, weekday) => {
    expect(weekdayOf(dayNumber(day) ?? -1)).toBe(weekday);
  });
});

const HOURS: PlanHours = {
  id: 'sales',
  week: [
    ...Array.from(
      { length: 5 },
      () =>
        [
          [540, 720],
          [780, 1080],
        ] as const,
    ),
    [[540, 720]],
    [],
  ],
  holidays: [{ from: '2026-10-01', to: '2026-10-07' }],
  workdays: [
    { day: '2026-10-04', open: [[600, 900]] },
    { day: '2026-10-10', open: [[540, 1080]] },
  ],
};

describe('whether a hotline is open', () => {
  it.each([
    ['a Friday morning', '2026-11-27T09:00:00+08:00', 'open', null],
    ['the last minute before lunch', '2026-11-27T11:59:59+08:00', 'open', null],
    ['lunch', '2026-11-27T12:00:00+08:00', 'after-hours', '2026-11-27T13:00:00+08:00'],
    ['before it opens', '2026-11-27T08:59:59+08:00', 'after-hours', '2026-11-27T09:00:00+08:00'],
    ['the evening', '2026-11-27T18:00:00+08:00', 'after-hours', '2026-11-28T09:00:00+08:00'],
    ['Saturday afternoon', '2026-11-28T15:00:00+08:00', 'after-hours', '2026-11-30T09:00:00+08:00'],
    ['Sunday', '2026-11-29T10:00:00+08:00', 'after-hours', '2026-11-30T09:00:00+08:00'],
    ['a holiday', '2026-10-02T10:00:00+08:00', 'holiday', '2026-10-04T10:00:00+08:00'],
    ['a working day within a holiday', '2026-10-04T10:00:00+08:00', 'open', null],
    ['its evening', '2026-10-04T15:00:00+08:00', 'after-hours', '2026-10-08T09:00:00+08:00'],
    ['the last holiday', '2026-10-07T23:59:59+08:00', 'holiday', '2026-10-08T09:00:00+08:00'],
    ['a Saturday that is worked', '2026-10-10T17:00:00+08:00', 'open', null],
  ])('%s', (_name, instant, expected, opens) => {
    const opening = openingAt(HOURS, SHANGHAI, at(instant));
    if (expected === 'open') expect(opening).toEqual({ is: 'open' });
    else {
      const opensAt = at(String(opens));
      expect(opening).toEqual({ is: 'closed', why: expected, opensAt });
    }
  });

  it('without hours it is always open, and without any day nobody can say when it opens', () => {
    expect(openingAt(undefined, SHANGHAI, 0)).toEqual({ is: 'open' });
    const never: PlanHours = { id: 'never', week: [[], [], [], [], [], [], []] };
    expect(openingAt(never, SHANGHAI, 0)).toEqual({
      is: 'closed',
      why: 'after-hours',
      opensAt: null,
    });
  });

  it('opens when it says so, in every zone and through every change of the clock', () => {
    const early = { ...HOURS, week: HOURS.week.map(() => [[150, 300]] as const) };
    for (const zone of [SHANGHAI, BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
      for (let hour = 0; hour < 24 * 400; hour += 7) {
        const now = at('2026-01-01T00:00:00Z') + hour * 3_600_000;
        const hours = hour % 2 === 0 ? HOURS : early;
        const opening = openingAt(hours, zone, now);
        if (opening.is === 'open') continue;
        const opensAt = opening.opensAt ?? now;
        expect(opensAt).toBeGreaterThan(now);
        expect(openingAt(hours, zone, opensAt).is).toBe('open');
        expect(openingAt(hours, zone, opensAt - 1).is).toBe('closed');
      }
    }
  });
});
