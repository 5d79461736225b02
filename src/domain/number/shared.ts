/** Whether a number is one by which nobody can be known, by the plan as it is now. */
import type { Plan } from '../plan';
import type { Instant } from '../time';
import { numberBook, type NumberBook } from './book';
import { classify, isLookedUp } from './kinds';

/** Reads a plan once, when it is the first time another one. */
export function sharedNumbers(plan: () => Plan): (number: string, at: Instant) => boolean {
  let known: { plan: Plan; book: NumberBook } | null = null;
  return (number, at) => {
    const now = plan();
    if (known?.plan !== now) known = { plan: now, book: numberBook(now) };
    return !isLookedUp(classify(number, known.book, at).kind);
  };
}
