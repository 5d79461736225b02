/**
 * How a caller is told when a hotline opens again, by the clock on the store's wall: today, tomorrow, by the day of the
 * week while that is the only one of its name, else by its date.
 */
import type { Spoken } from '../spoken';
import type { Instant } from '../time';
import { dateOf, localTime, weekdayOf, type DayNumber } from './local-time';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Nothing where nobody knows when, or where, and when it is open by then. */
export function toldOpening(
  opensAt: Instant | null,
  zone: string | undefined,
  now: Instant,
): Spoken[] {
  if (opensAt === null || opensAt <= now || zone === undefined) return [];
  const [today, then] = [localTime(now, zone), localTime(opensAt, zone)];
  const hour = Math.floor(then.minute / 60);
  return [
    { opens: [nameOf(then.day, today.day), `${twoDigits(hour)}:${twoDigits(then.minute % 60)}`] },
  ];
}

function nameOf(day: DayNumber, today: DayNumber): string {
  const ahead = day - today;
  if (ahead <= 0) return 'today';
  if (ahead === 1) return 'tomorrow';
  if (ahead < 7) return WEEK[weekdayOf(day)];
  const { month, day: ofMonth } = dateOf(day);
  return `${twoDigits(month)}-${twoDigits(ofMonth)}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');
