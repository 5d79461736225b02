/** What cleaning makes of what people typed (标准化): names without stray signs, numbers in the form by which they are compared. */
import { bookOfStore, type NumberBook } from '../number/book';
import type { Numbering } from '../number/entered';
import { classify, type NumberKind } from '../number/kinds';
import { normaliseNumber } from '../number/normalise';
import type { StoreId } from '../ids';
import type { Instant } from '../time';
import { identifies } from './same-person';

/** Compatible signs are one (NFKC), and there is one blank at most between words. */
export const cleanedName = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();

export interface CleanedNumber {
  number: string;
  kind: NumberKind;
  identifies: boolean;
  /** A privacy number after its last day. */
  expired: boolean;
}

/** How a store reads numbers. */
export interface NumberReading {
  book: NumberBook;
  storeId: StoreId;
  numbering: Numbering;
  at: Instant;
}

/** `confirmed`: somebody has said that it is this person's own. */
export function cleanedNumber(
  typed: string,
  confirmed: boolean,
  { book, storeId, numbering, at }: NumberReading,
): CleanedNumber {
  const number = normaliseNumber(typed.normalize('NFKC'), numbering.country, numbering.area);
  const { kind, expired = false } = classify(number, bookOfStore(book, storeId), at);
  return { number, kind, identifies: identifies({ number, kind, confirmed }), expired };
}
