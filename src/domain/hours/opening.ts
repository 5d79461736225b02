/**
 * Decides whether a hotline is open. After hours a promise is taken, never a refusal (Q13), and a call that
 * waits already is never ended by the clock.
 */
import type { PlanHours, Span } from '../plan';
import type { Instant } from '../time';
import { dayNumber, instantOf, localTime, weekdayOf, type DayNumber } from './local-time';

export type Opening = { is: 'open' } | Closed;

export interface Closed {
  is: 'closed';
  why: 'after-hours' | 'holiday' | 'closure';
  /** When it opens next; null when nobody can say. */
  opensAt: Instant | null;
}

/** Longer than the longest holiday that a dealer keeps. */
const LOOK_AHEAD_DAYS = 60;

/** By the hours of the plan, taken in the store's zone; without hours it is always open. */
export function openingAt(hours: PlanHours | undefined, zone: string, at: Instant): Opening {
  if (hours === undefined) return { is: 'open' };
  const { day, minute } = localTime(at, zone);
  const today = spansOf(hours, day);
  if (today.some(([from, to]) => from <= minute && minute < to)) return { is: 'open' };
  const why = isHoliday(hours, day) ? 'holiday' : 'after-hours';
  return { is: 'closed', why, opensAt: opensAfter(hours, zone, { day, minute }) };
}

function opensAfter(
  hours: PlanHours,
  zone: string,
  now: { day: DayNumber; minute: number },
): Instant | null {
  for (let ahead = 0; ahead <= LOOK_AHEAD_DAYS; ahead += 1) {
    const day = now.day + ahead;
    const starts = spansOf(hours, day).map(([from]) => from);
    const coming = starts.filter((from) => ahead > 0 || from > now.minute);
    if (coming.length > 0) return instantOf({ day, minute: Math.min(...coming) }, zone);
  }
  return null;
}

/** A working day that is named (调休) outranks the holiday it lies in, and a holiday the week. */
function spansOf(hours: PlanHours, day: DayNumber): readonly Span[] {
  const named = hours.workdays?.find((one) => dayNumber(one.day) === day);
  if (named) return named.open;
  return isHoliday(hours, day) ? [] : (hours.week[weekdayOf(day)] ?? []);
}

const isHoliday = (hours: PlanHours, day: DayNumber): boolean =>
  !hours.workdays?.some((one) => dayNumber(one.day) === day) &&
  (hours.holidays ?? []).some(
    ({ from, to }) => (dayNumber(from) ?? day + 1) <= day && day <= (dayNumber(to) ?? day - 1),
  );
