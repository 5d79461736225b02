/** A day of the Gregorian calendar as a plan writes it. Pure: no clock and no zone of this machine. */
import type { Instant } from './time';

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
