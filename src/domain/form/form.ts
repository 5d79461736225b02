/**
 * The form of a call: what its agent concluded. One for each talk of a hotline, and for each talk that a telemarketer
 * began; none for internal calls and calls for help.
 *
 *     talk begins --> unclassified --filled--> complete --corrected--> complete
 *
 * It is of the call, and owed by the agent of its last talk: who sends his caller on may leave it to who takes him,
 * and whoever filled it in before has filled it in for both.
 */
import type { AgentId, CallId, FollowUpId, QueueId, StoreId } from '../ids';
import type { LeadLevel } from '../queue/place';
import type { Instant, Millis } from '../time';

/** 售前 or 售后 (A06). */
export type CallKind = 'pre-sale' | 'after-sale';
export const CALL_KINDS: readonly CallKind[] = ['pre-sale', 'after-sale'];
export const LEAD_LEVELS: readonly LeadLevel[] = ['H', 'A', 'B', 'C'];

/** What an agent can say in a form; null: not yet. */
export interface FormAnswers {
  kind: CallKind | null;
  level: LeadLevel | null;
  /** Id of one of the plan's sources: how the customer came to the store (渠道). */
  source: string | null;
  /** Id of one of the plan's dispositions: what came of the call. */
  disposition: string | null;
  note: string | null;
}

export const NO_ANSWERS: FormAnswers = {
  ...{ kind: null, level: null, source: null },
  ...{ disposition: null, note: null },
};

/** `unclassified` until everything is answered that its kind demands. */
export type FormState = 'unclassified' | 'complete';

/** What the store owes the customer after the call (跟进), and by when. */
export interface FollowUp {
  id: FollowUpId;
  /** After-sales gets what is none of the telemarketers'. */
  department: 'sales' | 'after-sales';
  /** Whose it is; null: of whoever of the department takes it. */
  agentId: AgentId | null;
  openedAt: Instant;
  /** The last moment at which it is in time. */
  dueAt: Instant;
  state: 'open' | 'done' | 'withdrawn';
  doneBy: AgentId | null;
  doneAt: Instant | null;
}

export interface FormSnapshot extends FormAnswers {
  callId: CallId;
  storeId: StoreId;
  queueId: QueueId;
  direction: 'inbound' | 'outbound';
  /** Of the last talk. */
  agentId: AgentId;
  /** Of the talks before it; they may still say what they know. */
  earlier: AgentId[];
  /** When the call began: the day of its follow-up. */
  arrivedAt: Instant;
  /** Null while the call goes on. */
  endedAt: Instant | null;
  state: FormState;
  /** Its agent is not ready before he has filled it in. */
  required: boolean;
  /** He has no desktop to do it with: it falls to the owner of the lead, or to a supervisor. */
  falls: boolean;
  filledBy: AgentId | null;
  filledAt: Instant | null;
  followUp: FollowUp | null;
}

/** The questions that are still open, in the order in which they are asked; A06 and A08. */
export function missingIn({ kind, level, source, disposition }: FormAnswers): FormQuestion[] {
  const missing: FormQuestion[] = [];
  if (kind === null) missing.push('kind');
  if (kind === 'pre-sale' && level === null) missing.push('level');
  if (kind === 'pre-sale' && source === null) missing.push('source');
  if (disposition === null) missing.push('disposition');
  return missing;
}

export type FormQuestion = Exclude<keyof FormAnswers, 'note'>;

/** A form as pages show it. */
export type FormView = FormSnapshot & { missing: FormQuestion[] };

export const formView = (form: FormSnapshot): FormView => ({ ...form, missing: missingIn(form) });

/** Does it stand in the way of its agent? */
export const isOwed = ({ state, required, falls }: FormSnapshot): boolean =>
  state === 'unclassified' && required && !falls;

/** Has it stood in his way for longer than his wrap-up may last? */
export const isOverdue = (form: FormSnapshot, wrapUpMs: Millis, now: Instant): boolean =>
  isOwed(form) && form.endedAt !== null && form.endedAt + wrapUpMs < now;
