/**
 * What a filled form makes owed to the customer. A pre-sale caller is followed up the same day (A05); who was called
 * again, after the days of his level (Q01, a setting of the store), until it has come to an end. An after-sale one is the business of
 * after-sales (A07), who are told the same day.
 */
import { lastMomentOf } from '../day';
import type { FollowUpId } from '../ids';
import type { LeadLevel } from '../queue/place';
import type { Instant } from '../time';
import type { FollowUp, FormSnapshot } from './form';

/** Days of the store until a customer has to be contacted. */
export interface FollowUpDays {
  /** Of who called; 0 is the same day. */
  first: number;
  /** Of who was called, by his level. */
  next: Readonly<Record<LeadLevel, number>>;
}

interface Around {
  id: FollowUpId;
  /** IANA zone of the store. */
  zone: string;
  days: FollowUpDays;
  /** The disposition ends the matter. */
  ends: boolean;
  now: Instant;
}

/** What is owed after this form, which is complete; what was done for it stays done. */
export function followUpOf(form: FormSnapshot, { id, now, ...around }: Around): FollowUp | null {
  const before = form.followUp;
  if (before?.state === 'done') return before;
  const dueAt = dueOf(form, around);
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
function dueOf(
  { kind, level, direction, arrivedAt }: FormSnapshot,
  { zone, days, ends }: Omit<Around, 'id' | 'now'>,
): Instant | null {
  if (kind === 'after-sale') return lastMomentOf(zone, arrivedAt);
  if (direction === 'inbound') return lastMomentOf(zone, arrivedAt, days.first);
  return ends || level === null ? null : lastMomentOf(zone, arrivedAt, days.next[level]);
}

/** Somebody of after-sales has taken the caller: that is done. */
export const takenBy = (followUp: FollowUp, agentId: string, now: Instant): FollowUp =>
  followUp.department === 'after-sales' && followUp.state === 'open'
    ? { ...followUp, state: 'done', doneBy: agentId, doneAt: now }
    : followUp;
