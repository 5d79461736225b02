/**
 * What a filled form makes owed to the customer. A pre-sale caller is followed up the same day (A05); who was called
 * again, after the days of his level (Q01), until it has come to an end. An after-sale one is the business of
 * after-sales (A07), who are told the same day.
 */
import { dayIn } from '../day';
import type { FollowUpId } from '../ids';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import type { FollowUp, FormSnapshot } from './form';

/** Days until the next one. */
const DAYS: Record<LeadLevel, number> = { H: 1, A: 3, B: 7, C: 15 };

interface Around {
  id: FollowUpId;
  /** IANA zone of the store. */
  zone: string;
  /** The disposition ends the matter. */
  ends: boolean;
  now: Instant;
}

/** What is owed after this form, which is complete; what was done for it stays done. */
export function followUpOf(form: FormSnapshot, { id, zone, ends, now }: Around): FollowUp | null {
  const before = form.followUp;
  if (before?.state === 'done') return before;
  const dueAt = dueOf(form, zone, ends);
  if (dueAt === null) return before && { ...before, state: 'withdrawn' };
  const isSales = form.kind === 'pre-sale';
  return {
    id: before?.id ?? id,
    department: isSales ? 'sales' : 'after-sales',
    agentId: isSales ? form.agentId : null,
    openedAt: before?.openedAt ?? now,
    dueAt,
    ...{ state: 'open', doneBy: null, doneAt: null },
  };
}

/** Null: nobody owes anything. */
function dueOf(form: FormSnapshot, zone: string, ends: boolean): Instant | null {
  const { kind, level, direction, arrivedAt } = form;
  if (kind === 'after-sale' || direction === 'inbound') return lastOf(zone, arrivedAt, 0);
  return ends || level === null ? null : lastOf(zone, arrivedAt, DAYS[level]);
}

/** The last millisecond of the day in which that moment lies, or of one so many days after. */
function lastOf(zone: string, at: Instant, days: number): Instant {
  let { endsAt } = dayIn(zone, at);
  for (let left = days; left > 0; left -= 1) ({ endsAt } = dayIn(zone, endsAt));
  return endsAt - 1;
}

/** Somebody of after-sales has taken the caller: that is done. */
export const takenBy = (followUp: FollowUp, agentId: string, now: Instant): FollowUp =>
  followUp.department === 'after-sales' && followUp.state === 'open'
    ? { ...followUp, state: 'done', doneBy: agentId, doneAt: now }
    : followUp;
