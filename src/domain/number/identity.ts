/** Whom a number identifies, by the plan as it is now, and whether an agent may say that it is a person's own. */
import type { RefusalCode } from '../errors';
import type { Plan } from '../plan';
import type { Instant } from '../time';
import { numberBook, type NumberBook } from './book';
import { classify, identifiesPerson } from './kinds';

/** `when-confirmed`: only the lead of which an agent has said that the number is that person's own line. */
export type Identifies = ReturnType<typeof identifiesPerson>;

/** Reads a plan once, when it is the first time another one. */
export function numberIdentity(plan: () => Plan): (number: string, at: Instant) => Identifies {
  let known: { plan: Plan; book: NumberBook } | null = null;
  return (number, at) => {
    const now = plan();
    if (known?.plan !== now) known = { plan: now, book: numberBook(now) };
    return identifiesPerson(classify(number, known.book, at).kind);
  };
}

/**
 * Null: the number of this lead may be confirmed. `holder`: of whom it is confirmed now. What is confirmed of one
 * person is first taken back, for it would then be two people's.
 */
export function mayConfirm(
  identifies: Identifies,
  leadId: string,
  holder: string | null,
): RefusalCode | null {
  if (identifies === 'no') return 'NUMBER_OF_NOBODY';
  if (identifies === 'yes') return 'NUMBER_IDENTIFIES';
  return holder === null || holder === leadId ? null : 'NUMBER_OF_ANOTHER';
}
