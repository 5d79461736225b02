/**
 * The time on the wall of a store, and back. Pure: the zone's rules come from the runtime's time zone data,
 * the instant from outside.
 */
import { endOfDay } from '../day';
import type { Instant, Millis } from '../time';

const DAY_MS: Millis = 86_400_000;
const MINUTE_MS: Millis = 60_000;

/** A day as a number: 0 is 1 January 1970, a Thursday. */
export type DayNumber = number;
/** 0 is Monday, 6 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export interface LocalTime {
  day: DayNumber;
  /** Since midnight by the clock on the wall, 0-1439. */
  minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format costs a hundred times as much as using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  formats.set(zone, made);
  return made;
}

/** What the clock of `zone` (IANA name) shows. Throws `RangeError` for a zone that there is not. */
export function localTime(at: Instant, zone: string): LocalTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const day = dayNumber(`${part('year')}-${part('month')}-${part('day')}`);
  return { day: day ?? 0, minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

/**
 * When the clock of `zone` shows this; `minute` may be 1440 for the day's end. Of an hour that comes twice the
 * first; of one that is left out the moment in which the clock is put on.
 */
export function instantOf({ day, minute }: LocalTime, zone: string): Instant {
  const wall = day * DAY_MS + minute * MINUTE_MS;
  const [before, after] = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const shows = (at: Instant): boolean => at + offsetAt(at, zone) === wall;
  if (shows(wall - before)) return wall - before;
  if (shows(wall - after)) return wall - after;
  return changeBetween(wall - after, wall - before, before, zone);
}

/** The minute in which the offset is no longer `before`. */
function changeBetween(from: Instant, to: Instant, before: Millis, zone: string): Instant {
  if (to - from <= MINUTE_MS) return to;
  const middle = Math.floor((from + to) / 2 / MINUTE_MS) * MINUTE_MS;
  return offsetAt(middle, zone) === before
    ? changeBetween(middle, to, before, zone)
    : changeBetween(from, middle, before, zone);
}

/** How far the clock of the zone is ahead of UTC. */
function offsetAt(at: Instant, zone: string): Millis {
  const { day, minute } = localTime(at, zone);
  return day * DAY_MS + minute * MINUTE_MS - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Null when there is no such day; `2026-10-01`. */
export function dayNumber(text: string): DayNumber | null {
  const end = endOfDay(text);
  return end === null ? null : end / DAY_MS - 1;
}

export const weekdayOf = (day: DayNumber): Weekday => ((day + 3) % 7) as Weekday;

/** Year, month (1-12) and day of the month of a day, by the Gregorian calendar. */
export function dateOf(day: DayNumber): { year: number; month: number; day: number } {
  // Years begin in March here, so that the leap day is the last of one; eras have 400 of them.
  const fromMarch = day + 719_468;
  const era = Math.floor(fromMarch / 146_097);
  const ofEra = fromMarch - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  return {
    year: era * 400 + year + (month < 10 ? 0 : 1),
    month: month < 10 ? month + 3 : month - 9,
    day: ofYear - Math.floor((153 * month + 2) / 5) + 1,
  };
}
