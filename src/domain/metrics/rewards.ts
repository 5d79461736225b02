/**
 * Decides whether reward and penalty (奖罚) hold (A44, N12): not in the first months of a centre, while only its daily
 * behaviour is looked at. It is switched off by saying when the centre began (`leads.rewards.since`), for as many calendar
 * months as the plan says.
 */
import { dayNumber, localTime } from '../hours/local-time';
import type { LeadRules } from '../lead/rules';
import { dayText, monthsAfter } from '../months';
import type { Instant } from '../time';

export interface Rewards {
  hold: boolean;
  /** First day on which they hold, `2026-06-01`; null: they always did. */
  from: string | null;
}

/** By the calendar of the store's zone. */
export function rewardsAt(
  { now, zone }: { now: Instant; zone: string },
  { rewards: { since, freeMonths } }: Pick<LeadRules, 'rewards'>,
): Rewards {
  const first = since === null ? null : dayNumber(since);
  if (first === null) return { hold: true, from: null };
  const from = monthsAfter(first, freeMonths);
  return { hold: localTime(now, zone).day >= from, from: dayText(from) };
}
