/**
 * What kind of number it is, and what follows from that: whom it identifies. Decides for mainland China by its
 * numbering plan; numbers of another home country are fixed ones, because their form does not tell.
 */
import type { Instant } from '../time';
import { areaOf } from './areas';
import type { NumberBook } from './book';
import { callingCode } from './normalise';

export type NumberKind =
  | 'withheld'
  | 'mobile'
  /** With or without extension. */
  | 'fixed'
  /** A fixed number of the plan behind which many people sit. */
  | 'switchboard'
  /** An intermediate number (隐私号) that a platform lends to a person for a while. */
  | 'privacy'
  | 'emergency'
  /** Costs more than a call. */
  | 'premium'
  /** A company or an authority: 400, 800, 95xxx, 12xxx. */
  | 'service'
  | 'foreign'
  /** A hotline or another number of ours. */
  | 'own'
  /** None of these: as dialled. */
  | 'other';

export interface Classified {
  kind: NumberKind;
  /** A mobile number of a virtual operator. */
  virtualOperator?: true;
  /** A privacy number after its last day: it is nobody's, or another person's. */
  expired?: true;
}

/** National forms, without +86. Premium: voice information 160, 161, 168, 169, and 1258x-1260x of the operators. */
const PREMIUM = /^(?:0\d{2,3})?16[0189]\d{3,5}$|^(?:1259|1260|1258[1-9])\d{0,6}$/;
const SERVICE =
  /^[48]00\d{7}$|^(?:0\d{2,3})?9[56]\d{3,6}$|^10[01]\d{2,3}$|^106\d{5,}$|^(?:0\d{2,3})?(?:11[4-8]\d{0,3}|12\d{3})$/;
const MOBILE = /^1[3-9]\d{9}$/;
const VIRTUAL_OPERATOR = /^1(?:6[257]|7[01])\d{8}$/;

/** The kind of a number in the form that is its key (`normaliseNumber`). */
export function classify(key: string, book: NumberBook, at: Instant): Classified {
  if (key === '') return { kind: 'withheld' };
  const base = key.replace(/;ext=\d+$/, '');
  return listed(base, book, at) ?? byForm(base, book);
}

/** What the plan says of it. */
function listed(number: string, book: NumberBook, at: Instant): Classified | null {
  if (isEmergency(number, book)) return { kind: 'emergency' };
  if (book.own.has(number)) return { kind: 'own' };
  const range = book.privacy.find(({ from, to }) => isBetween(number, from, to));
  if (range) return at < range.until ? { kind: 'privacy' } : { kind: 'privacy', expired: true };
  if (book.switchboards.has(number)) return { kind: 'switchboard' };
  const premium = book.premium.some((prefix) => nationalOf(number).startsWith(prefix));
  return premium ? { kind: 'premium' } : null;
}

const isBetween = (number: string, from: string, to: string): boolean =>
  number.length === from.length && number >= from && number <= to;

/** Decided first of all, on what was dialled: alone, or behind what gets an outside line. */
export function isEmergency(dialled: string, book: NumberBook): boolean {
  if (book.emergency.has(dialled)) return true;
  return book.outsidePrefixes.some(
    (prefix) => dialled.startsWith(prefix) && book.emergency.has(dialled.slice(prefix.length)),
  );
}

/** In mainland China `1380…` and `010…`; abroad as it is. */
export function nationalOf(number: string): string {
  if (!number.startsWith('+86')) return number;
  return areaOf(number) === undefined ? number.slice(3) : `0${number.slice(3)}`;
}

function byForm(number: string, { country }: NumberBook): Classified {
  // International premium rate and shared cost (ITU-T E.169).
  if (/^(?:\+|00)(?:979|808)/.test(number)) return { kind: 'premium' };
  if (country !== 'CN') return { kind: kindElsewhere(number, country) };
  if (/^(?:\+(?!86)|00)/.test(number)) return { kind: 'foreign' };
  const national = nationalOf(number);
  if (PREMIUM.test(national)) return { kind: 'premium' };
  if (SERVICE.test(national)) return { kind: 'service' };
  if (!number.startsWith('+')) return { kind: 'other' };
  if (MOBILE.test(national))
    return VIRTUAL_OPERATOR.test(national)
      ? { kind: 'mobile', virtualOperator: true }
      : { kind: 'mobile' };
  return { kind: areaOf(number) === undefined ? 'other' : 'fixed' };
}

function kindElsewhere(number: string, country: string): NumberKind {
  if (number.startsWith(`+${callingCode(country)}`)) return 'fixed';
  return /^(?:\+|00)/.test(number) ? 'foreign' : 'other';
}

/**
 * Whether the same number is the same person (Q06): always, once somebody has confirmed that the fixed number is
 * his own, or never.
 */
export function identifiesPerson(kind: NumberKind): 'yes' | 'when-confirmed' | 'no' {
  switch (kind) {
    case 'mobile':
      return 'yes';
    case 'fixed':
    case 'foreign':
    case 'other':
      return 'when-confirmed';
    default:
      return 'no';
  }
}

/**
 * Whether a number is looked up: not one that is known to be shared. Of a caller whose number wants confirmation only
 * the person is found of whom it was confirmed; of whom we call ourselves, who has it.
 */
export const isLookedUp = (kind: NumberKind): boolean => identifiesPerson(kind) !== 'no';
