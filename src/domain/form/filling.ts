/**
 * Somebody fills in a form, or corrects it. A draft is kept whatever is still missing; a form that is complete stays
 * so, and who changes it is noted.
 */
import type { Effect } from '../effects';
import type { AgentId, CallId, FollowUpId } from '../ids';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Choices } from './choices';
import { followUpOf, type FollowUpDays } from './follow-up';
import { formView, isOwed, missingIn, type FormAnswers, type FormSnapshot } from './form';
import { misfit, readAnswers, type FormFault, type RawAnswers } from './reading';

/** Answers that were taken of somebody. */
export interface FormFilled {
  type: 'form.filled';
  at: Instant;
  by: AgentId;
  callId: CallId;
  answers: Partial<FormAnswers>;
  /** Of what may be owed after it. */
  followUpId: FollowUpId;
  /** The form as the database has it, where the app knows it no more. */
  stored?: FormSnapshot;
}

/** What filling it in needs of the plan. */
export interface FillingView {
  choices: Choices;
  /** IANA zone of the store. */
  zone: string;
  /** When what it makes owed is due. */
  followUpDays: FollowUpDays;
}

/** What of the answers can be taken, or that a complete form would be complete no more. */
export function mayFill(
  form: FormSnapshot,
  raw: RawAnswers,
  { choices }: FillingView,
): 'FORM_INCOMPLETE' | { answers: Partial<FormAnswers>; faults: FormFault[] } {
  const { answers, faults } = readAnswers(raw, choices);
  const after = { ...form, ...answers };
  const unfit = misfit(after, choices);
  if (unfit) {
    // The kind was changed under it, or it is new and not fit: either way it has to be chosen anew.
    answers.disposition = null;
    faults.push(unfit);
  }
  const breaks = form.state === 'complete' && missingIn({ ...form, ...answers }).length > 0;
  return breaks ? 'FORM_INCOMPLETE' : { answers, faults };
}

/** The form after the answers; told twice, it is the same. */
export function fill(
  form: FormSnapshot,
  { answers, by, followUpId }: FormFilled,
  { choices, zone, followUpDays: days }: FillingView,
  now: Instant,
): Step<FormSnapshot> {
  const said = Object.entries(answers) as [keyof FormAnswers, string | null][];
  if (said.every(([field, value]) => form[field] === value)) return stay(form);
  const answered: FormSnapshot = { ...form, ...answers, filledBy: by, filledAt: now };
  const isComplete = missingIn(answered).length === 0;
  const ends = choices.dispositions.find(({ id }) => id === answered.disposition)?.ends === true;
  const next: FormSnapshot = isComplete
    ? {
        ...answered,
        state: 'complete',
        followUp: followUpOf(answered, { id: followUpId, zone, days, ends, now }),
      }
    : answered;
  return {
    next,
    effects: [...formTold(next), ...corrected(form, by), ...settled(form, next, now)],
  };
}

/** For the journal and for desktops. */
export const formTold = (form: FormSnapshot): Effect[] => [
  { type: 'journal.write', record: { kind: 'form.saved', form } },
  { type: 'notify', notice: { kind: 'form.updated', form: formView(form) } },
];

/** What it was before stands in the journal's events. */
function corrected(before: FormSnapshot, who: AgentId): Effect[] {
  if (before.state !== 'complete') return [];
  const record = {
    kind: 'audit.noted',
    who,
    what: 'form.corrected',
    subject: before.callId,
  } as const;
  return [{ type: 'journal.write', record }];
}

/** It stands in its agent's way no more. */
function settled(before: FormSnapshot, after: FormSnapshot, at: Instant): Effect[] {
  if (!isOwed(before) || isOwed(after)) return [];
  const { callId, agentId } = after;
  return [{ type: 'raise', event: { type: 'form.settled', at, callId, agentId } }];
}
