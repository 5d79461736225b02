/**
 * Decides which of the leads that are late comes first: overdue ratio x level value. The ratio is how late he is, in
 * intervals of his level, so that a day is much for who is to be called each day and little for who is called in a
 * fortnight; the value (a setting, see rules.ts) is what a level is worth. A lead without a level counts as C.
 */
import type { LeadLevel } from '../queue/place';
import type { Instant, Millis } from '../time';
import type { LeadRules } from './rules';

const DAY_MS: Millis = 86_400_000;

export interface DueLead {
  id: string;
  level: LeadLevel | null;
  /** Null: nothing is due. */
  dueAt: Instant | null;
}

/** Without unit; 0 at the last moment in which he is in time, negative before, and with nothing due -Infinity. */
export function urgencyOf(
  { level, dueAt }: Omit<DueLead, 'id'>,
  { levels }: Pick<LeadRules, 'levels'>,
  now: Instant,
): number {
  if (dueAt === null) return -Infinity;
  const { followUpDays, value } = levels[level ?? 'C'];
  return ((now - dueAt) / (Math.max(followUpDays, 1) * DAY_MS)) * value;
}

/** Those that are late, the most urgent first; of equal ones which was due first, then in order of id. */
export function overdueFirst<L extends DueLead>(
  leads: readonly L[],
  rules: Pick<LeadRules, 'levels'>,
  now: Instant,
): L[] {
  return leads
    .map((lead) => ({ lead, urgency: urgencyOf(lead, rules, now), due: lead.dueAt ?? Infinity }))
    .filter(({ urgency }) => urgency > 0)
    .sort((a, b) => b.urgency - a.urgency || a.due - b.due || (a.lead.id < b.lead.id ? -1 : 1))
    .map(({ lead }) => lead);
}

/**
 * His place in the list of what is due today, which is in falling order of it: who is late by his urgency, above zero; who
 * still is in time after them, the hottest level first.
 */
export function turnOf(
  { level, dueAt }: { level: LeadLevel | null; dueAt: Instant },
  rules: Pick<LeadRules, 'levels'>,
  now: Instant,
): number {
  return dueAt < now
    ? urgencyOf({ level, dueAt }, rules, now)
    : -1 / rules.levels[level ?? 'C'].value;
}
