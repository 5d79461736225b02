/**
 * Decides when a lead has to be contacted next, by his level (Q01), and which level the day suggests on which he means to
 * buy. What is due is due until the last millisecond of a day of the store's zone, however late in the day it began.
 */
import { lastMomentOf } from '../day';
import { dayNumber, localTime } from '../hours/local-time';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import type { LeadRules } from './rules';

/** A lead that came at `at`: his first follow-up is due the same calendar day (A05), if the rules say nothing else. */
export const firstDueAt = (
  at: Instant,
  zone: string,
  { firstFollowUpDays }: Pick<LeadRules, 'firstFollowUpDays'>,
): Instant => lastMomentOf(zone, at, firstFollowUpDays);

/** The next follow-up of who was contacted at `at`; of one without a level as if he were of the last (C). */
export const nextDueAt = (
  at: Instant,
  level: LeadLevel | null,
  zone: string,
  { levels }: Pick<LeadRules, 'levels'>,
): Instant => lastMomentOf(zone, at, levels[level ?? 'C'].followUpDays);

/** What is known of when a lead was and is to be contacted. */
export interface ClockedLead {
  level: LeadLevel | null;
  /** What somebody said; null: nothing. */
  nextDueAt: Instant | null;
  openedAt: Instant;
  openedByCall: boolean;
  lastContactAt: Instant | null;
  /** When the follow-up of the call that opened it was done; null: it was not, or there is none. */
  firstDoneAt: Instant | null;
}

/**
 * When he has to be contacted: as somebody said, else on the day on which he came (A05), else by his level after the last
 * contact. The call by which he came, and others of that day, are not its own follow-up: that it was done is said.
 */
export function dueAtOf(
  lead: ClockedLead,
  zone: string,
  rules: Pick<LeadRules, 'firstFollowUpDays' | 'levels'>,
): Instant {
  if (lead.nextDueAt !== null) return lead.nextDueAt;
  const first = firstDueAt(lead.openedAt, zone, rules);
  const talked = lead.lastContactAt ?? -Infinity;
  const contacted = Math.max(
    !lead.openedByCall || talked > first ? talked : -Infinity,
    lead.firstDoneAt ?? -Infinity,
  );
  return contacted === -Infinity ? first : nextDueAt(contacted, lead.level, zone, rules);
}

/** The same as days, for the forms of calls. */
export function followUpDaysOf({
  firstFollowUpDays: first,
  levels: { H, A, B, C },
}: Pick<LeadRules, 'firstFollowUpDays' | 'levels'>) {
  const next = {
    ...{ H: H.followUpDays, A: A.followUpDays, B: B.followUpDays, C: C.followUpDays },
  };
  return { first, next };
}

const FROM_THE_HOTTEST: readonly LeadLevel[] = ['H', 'A', 'B', 'C'];

/** The hottest level whose days reach that far; null: he said nothing, or means to buy later than any level asks. */
export function suggestedLevel(
  intendedOn: string | null,
  { now, zone }: { now: Instant; zone: string },
  { levels }: Pick<LeadRules, 'levels'>,
): LeadLevel | null {
  const intended = intendedOn === null ? null : dayNumber(intendedOn);
  if (intended === null) return null;
  const days = intended - localTime(now, zone).day;
  return FROM_THE_HOTTEST.find((level) => days <= levels[level].buysWithinDays) ?? null;
}
