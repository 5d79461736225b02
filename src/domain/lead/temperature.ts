/**
 * Decides how warm (温度) a lead is by the day on which he means to buy (A29, N44): within three calendar months hot,
 * within twelve warm, later cold. Who meant to buy before today has not bought yet, and is hot.
 */
import { dayNumber, localTime } from '../hours/local-time';
import { monthsAfter } from '../months';
import type { Instant } from '../time';
import type { LeadRules } from './rules';

export type Temperature = 'hot' | 'warm' | 'cold';
export const TEMPERATURES: readonly Temperature[] = ['hot', 'warm', 'cold'];

/**
 * By the calendar of the store's zone: today and the day that is so many months later are both within. Null: he has not
 * said when, or what he said is no day.
 */
export function temperatureOf(
  intendedOn: string | null,
  { now, zone }: { now: Instant; zone: string },
  { temperature }: Pick<LeadRules, 'temperature'>,
): Temperature | null {
  const intended = intendedOn === null ? null : dayNumber(intendedOn);
  if (intended === null) return null;
  const today = localTime(now, zone).day;
  if (intended <= monthsAfter(today, temperature.hotMonths)) return 'hot';
  return intended <= monthsAfter(today, temperature.warmMonths) ? 'warm' : 'cold';
}
