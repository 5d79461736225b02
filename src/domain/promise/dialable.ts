/**
 * Decides which numbers are called back by themselves: those of mobile and fixed lines at home. Whoever forges the
 * number that he shows must not be able to make us dial what costs, what is abroad, or ourselves.
 */
import { trunksForClass, type Carriers } from '../dial/carriers';
import { dialClassOf } from '../dial/class';
import type { StoreId } from '../ids';
import { bookOfStore, type NumberBook } from '../number/book';
import { classify } from '../number/kinds';
import type { Plan } from '../plan';
import type { PromiseTask } from '../records';
import type { Instant } from '../time';

interface Asked {
  number: string;
  storeId: StoreId;
}

/** The trunks that carry it, or why a person has to see to it. */
export function waysBack(
  { number, storeId }: Asked,
  { plan, book, at }: { plan: Plan; book: NumberBook; at: Instant },
): PromiseTask | Carriers['via'] {
  const { kind, expired } = classify(number, bookOfStore(book, storeId), at);
  switch (kind) {
    case 'own':
    case 'premium':
    case 'foreign':
      return kind;
    case 'service':
    case 'emergency':
      return 'short';
    case 'withheld':
    case 'other':
      return 'undialable';
    default: {
      // A privacy number that is over is another person's; an extension is dialled by hand.
      if (expired || number.includes(';')) return 'undialable';
      const { via } = trunksForClass(plan, storeId, dialClassOf(kind, number));
      return via.length > 0 ? via : 'no-trunk';
    }
  }
}
