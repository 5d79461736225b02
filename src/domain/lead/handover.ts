/**
 * Decides when what an owner owes is done by a colleague (交接, A37): he works in the store no more, or has not signed in by
 * the hour of the day by which the store wants to know. When he is there again, what is still that colleague's is his again.
 */
import { localTime } from '../hours/local-time';
import type { AgentId } from '../ids';
import type { Instant } from '../time';
import type { LeadState } from './lead';
import type { LeadRules } from './rules';
import { isConsultant, type Staff } from './staff';

export type Absence = 'absent' | 'left';

/** What is known of an owner. */
export interface Presence {
  /** Whether leads of the store can be his. */
  canOwn: boolean;
  /** He has signed in on the day of the store that it is. */
  isThere: boolean;
}

/** Why others do what he owes today; null: he does it himself, or it is too early to tell. */
export function absenceOf(
  { canOwn, isThere }: Presence,
  { now, zone }: { now: Instant; zone: string },
  { handoverHour }: Pick<LeadRules, 'handoverHour'>,
): Absence | null {
  if (!canOwn) return 'left';
  return isThere || localTime(now, zone).minute < handoverHour * 60 ? null : 'absent';
}

/** Who of those who are there may stand in for him: who sells for who sells, telemarketers for telemarketers (A37, A39). */
export function standIns(
  staff: Staff,
  lead: { ownerId: AgentId; state: LeadState },
  there: { takers: readonly AgentId[]; sellers: readonly AgentId[] },
): AgentId[] {
  const isSold = lead.state === 'arrived' || isConsultant(staff, lead.ownerId);
  return (isSold ? there.sellers : there.takers).filter((id) => id !== lead.ownerId);
}
