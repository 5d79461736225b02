/**
 * Months of the Gregorian calendar: two months after 31 December is the last day of February. Pure: no clock, no zone of
 * this machine.
 */
import { dateOf, dayNumber, instantOf, localTime, type DayNumber } from './hours/local-time';
import type { Day } from './day';
import type { Instant } from './time';

/** The day so many months later, or earlier where `months` is negative; the last of its month where that one is shorter. */
export function monthsAfter(from: DayNumber, months: number): DayNumber {
  const { year, month, day } = dateOf(from);
  const ordinal = year * 12 + (month - 1) + months;
  const first = firstOf(Math.floor(ordinal / 12), (ordinal % 12) + 1);
  const next = Math.floor((ordinal + 1) / 12);
  const length = firstOf(next, ((ordinal + 1) % 12) + 1) - first;
  return first + Math.min(day, length) - 1;
}

/** `2026-03-01` of a day. */
export function dayText(of: DayNumber): string {
  const { year, month, day } = dateOf(of);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

/** From the midnight with which the month of the instant begins in the zone to the one with which it ends. */
export function monthIn(zone: string, at: Instant): Day {
  const { day } = localTime(at, zone);
  const { year, month } = dateOf(day);
  const first = firstOf(year, month);
  const midnight = (of: DayNumber): Instant => instantOf({ day: of, minute: 0 }, zone);
  return { startsAt: midnight(first), endsAt: midnight(monthsAfter(first, 1)) };
}

/** Years before 1970 are none of ours. */
const firstOf = (year: number, month: number): DayNumber =>
  dayNumber(`${padded(year, 4)}-${padded(month, 2)}-01`) ?? 0;

const padded = (value: number, length: number): string => String(value).padStart(length, '0');
