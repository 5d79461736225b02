/**
 * Reads telephone numbers as people type them: with +86 or 0086, blanks and dashes, full-width digits, extensions, several in
 * a cell. What was shortened, hidden or is nobody's is refused with its reason. Keys are made by `domain/number`.
 */
import type { NumberBook } from '../number/book';
import { classify, type NumberKind } from '../number/kinds';
import { normaliseNumber } from '../number/normalise';
import type { Instant } from '../time';
import { plainOf, type Cell, type Read } from './cell';

export interface ReadNumber {
  /** As `normaliseNumber` makes it. */
  number: string;
  kind: NumberKind;
}

export interface NumberRules {
  book: NumberBook;
  /** Area code of the store (`010`): local numbers are of there; `''`: they are refused. */
  area: string;
  at: Instant;
}

const MOST = 5;
/** `电话：138…`, `tel: 138…`. */
const LABEL = /^[^\d+(]{1,12}[:：]\s*/;
const SCIENTIFIC = /^\d(?:\.\d+)?e\+?\d+$/i;
const BETWEEN = /[,，、;；|/\n\t]|\s和\s|或|\s{2,}/;
const NOBODYS: ReadonlySet<NumberKind> = new Set([
  ...(['withheld', 'emergency', 'premium', 'service', 'own'] as const),
]);

/** All numbers of a cell, each once; an empty cell has none. */
export function readNumbers(cell: Cell | undefined, rules: NumberRules): Read<ReadNumber[]> {
  const text = plainOf(cell).replace(LABEL, '');
  if (text === '') return { value: [] };
  if (SCIENTIFIC.test(text)) return { code: 'NUMBER_SCIENTIFIC' };
  const whole = keyOf(text, rules);
  if (whole !== null) return allOf([whole], rules);
  const parts = partsOf(text);
  if (parts.length > MOST) return { code: 'NUMBERS_TOO_MANY' };
  const keys: string[] = [];
  for (const part of parts) {
    const key = keyOf(part, rules);
    if (key === null) return { code: whyNot(part) };
    if (!keys.includes(key)) keys.push(key);
  }
  return allOf(keys, rules);
}

function allOf(keys: readonly string[], { book, at }: NumberRules): Read<ReadNumber[]> {
  const numbers = keys.map((number) => ({ number, kind: classify(number, book, at).kind }));
  if (numbers.some(({ kind }) => NOBODYS.has(kind))) return { code: 'NUMBER_OF_NOBODY' };
  return { value: numbers };
}

/** By signs between them; where that leaves one, by blanks, if each part is as long as a number is. */
function partsOf(text: string): string[] {
  const listed = text.split(BETWEEN).map((part) => part.trim());
  const filled = listed.filter((part) => part !== '');
  if (filled.length > 1) return filled.map((part) => part.replace(LABEL, ''));
  const words = text.split(/\s+/);
  const areLong = words.every((word) => word.replace(/\D/g, '').length >= 7);
  return areLong ? words : [text];
}

/** Null: no valid number, and none that a plan lists. */
function keyOf(text: string, { book, area, at }: NumberRules): string | null {
  const written = text
    .replace(/[‐-―−]/g, '-')
    .replace(/分机号?|轉/g, '转')
    .replace(/^(\d{7,})\.0$/, '$1');
  const key = normaliseNumber(written, book.country, area);
  const isListed = /^\d{3,10}$/.test(key) && NOBODYS.has(classify(key, book, at).kind);
  return /^\+\d+(?:;ext=\d+)?$/.test(key) || isListed ? key : null;
}

/** What is most likely wrong with it. */
function whyNot(part: string) {
  if (/\d[\d\s-]*[*＊xX•]{2,}/.test(part)) return 'NUMBER_MASKED' as const;
  if (SCIENTIFIC.test(part)) return 'NUMBER_SCIENTIFIC' as const;
  const digits = part.replace(/^(?:\+|00)?86(?=1[3-9])/, '').replace(/\D/g, '');
  if (/^[2-9]\d{6,7}$/.test(digits)) return 'NUMBER_NO_AREA' as const;
  if (/^1[3-9]\d{5,}$/.test(digits) && digits.length !== 11) return 'NUMBER_LENGTH' as const;
  return 'NUMBER_UNREADABLE' as const;
}
