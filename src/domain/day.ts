/** Days: of the Gregorian calendar as a plan writes them, and of a store's zone. Pure: no clock, no zone of this machine. */
import type { Instant, Millis } from './time';

const DAY_MS = 86_400_000;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** When `2026-12-31` ends in UTC; null when there is no such day after 1969. */
export function endOfDay(text: string): Instant | null {
  const [, year = 0, month = 0, day = 0] =
    /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  const months = MONTHS.map((days, index) => (index === 1 && isLeap(year) ? days + 1 : days));
  const length = months[month - 1];
  if (year < 1970 || length === undefined || day < 1 || day > length) return null;
  const past = year - 1;
  const leapDays = (upTo: number) =>
    Math.floor(upTo / 4) - Math.floor(upTo / 100) + Math.floor(upTo / 400);
  const years = (year - 1970) * 365 + leapDays(past) - leapDays(1969);
  const inYear = months.slice(0, month - 1).reduce((sum, days) => sum + days, 0) + day;
  return (years + inYear) * DAY_MS;
}

/** Whether the calendar has that day, `1968-02-29` too: it is the same again every 400 years. */
export const isDay = (text: string): boolean =>
  /^\d{4}-/.test(text) && endOfDay(`${Number(text.slice(0, 4)) + 400}${text.slice(4)}`) !== null;

/** China has one time, UTC+8, all year. */
export const CHINA_MS: Millis = 8 * 3_600_000;

/** The day in China, days since 1970. */
export const dayInChina = (at: Instant): number => Math.floor((at + CHINA_MS) / DAY_MS);

/** When that day begins. */
export const startInChina = (day: number): Instant => day * DAY_MS - CHINA_MS;

/** From one midnight of a zone to the next; 23 or 25 hours where clocks are changed. */
export interface Day {
  startsAt: Instant;
  endsAt: Instant;
}

/** The day of an IANA zone in which the instant lies. Throws `RangeError` for a zone that there is not. */
export function dayIn(zone: string, at: Instant): Day {
  const startsAt = midnightBefore(zone, at);
  return { startsAt, endsAt: midnightBefore(zone, startsAt + 1.5 * DAY_MS) };
}

/** The last millisecond of the zone's day in which the instant lies, or of the day so many days after it. */
export function lastMomentOf(zone: string, at: Instant, days = 0): Instant {
  let { endsAt } = dayIn(zone, at);
  for (let left = days; left > 0; left -= 1) ({ endsAt } = dayIn(zone, endsAt));
  return endsAt - 1;
}

/** Corrected once: between midnight and the instant the clocks may have been changed. */
function midnightBefore(zone: string, at: Instant): Instant {
  const wall = wallClock(zone, at);
  const guess = at - wall.sinceMidnight;
  const found = wallClock(zone, guess);
  return found.day === wall.day
    ? guess - found.sinceMidnight
    : guess + (DAY_MS - found.sinceMidnight);
}

/** Making one costs more than a thousand uses. */
const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string, at: Instant): { day: string; sinceMidnight: Millis } {
  const known = formats.get(zone);
  const format = known ?? formatOf(zone);
  if (!known) formats.set(zone, format);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const [hour, minute, second] = (['hour', 'minute', 'second'] as const).map((part) =>
    Number(parts.get(part)),
  ) as [number, number, number];
  return {
    day: parts.get('day') ?? '',
    sinceMidnight: ((hour * 60 + minute) * 60 + second) * 1000 + (((at % 1000) + 1000) % 1000),
  };
}

const formatOf = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23' },
    ...{ day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
