/** What is kept of a customer's number: its kind, whether he is known by it, and until when it is his (Q06). */
import { numberBook, type NumberBook } from '../number/book';
import { classify, identifiesPerson } from '../number/kinds';
import type { Plan } from '../plan';
import type { Instant } from '../time';
import type { NumberFacts } from './customer';

/**
 * Of a number in the form that is its key. A mobile number identifies; one of which it cannot be told identifies when it
 * `isConfirmed` to be his own; a switchboard's or a privacy number never does.
 */
export function numberFacts(
  number: string,
  book: NumberBook,
  at: Instant,
  isConfirmed = false,
): NumberFacts {
  const base = number.replace(/;ext=\d+$/, '');
  const { kind } = classify(number, book, at);
  const identifies = identifiesPerson(kind);
  const lent = book.privacy.find(
    ({ from, to }) => base.length === from.length && base >= from && base <= to,
  );
  return {
    ...{ number, kind },
    identifies: identifies === 'yes' || (identifies === 'when-confirmed' && isConfirmed),
    expiresAt: kind === 'privacy' ? (lent?.until ?? null) : null,
  };
}

/** The same by the plan as it is now, which is read once, when it is the first time another one. */
export function numberFactsBy(
  plan: () => Plan,
): (number: string, at: Instant, isConfirmed?: boolean) => NumberFacts {
  let known: { plan: Plan; book: NumberBook } | null = null;
  return (number, at, isConfirmed) => {
    const now = plan();
    if (known?.plan !== now) known = { plan: now, book: numberBook(now) };
    return numberFacts(number, known.book, at, isConfirmed);
  };
}
