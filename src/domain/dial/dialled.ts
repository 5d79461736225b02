/**
 * Decides what was dialled: help first, then a colleague, then a number. What is judged here is the very
 * text that is dialled afterwards: whatever is not plainly one of the three is nothing, because every way
 * to write a number in two ways is a way around permission.
 */
import type { AgentId, PhoneId } from '../ids';
import type { NumberBook } from '../number/book';
import { classify, isEmergency, isLookedUp } from '../number/kinds';
import { normaliseNumber } from '../number/normalise';
import type { DialClass, Plan } from '../plan';
import type { Instant } from '../time';
import { dialClassOf } from './class';

export type Dialled =
  /** As it is dialled, without what gets an outside line. */
  | { is: 'emergency'; number: string }
  | { is: 'colleague'; agentId: AgentId; phoneIds: PhoneId[] }
  | {
      is: 'number';
      /** Its key: E.164 where it is one. */
      number: string;
      class: DialClass;
      /** Whether a person may be known by it. */
      isLookedUp: boolean;
    };

/** Longest E.164 number with an international and an outside prefix. */
const PLAIN = /^\+?[\d*#]{1,24}$/;

export interface DialView {
  plan: Plan;
  book: NumberBook;
  /** Area code of who dials, for local numbers; `''` without one. */
  area: string;
  at: Instant;
}

/** As people write numbers at a desk: with blanks, dots, hyphens and brackets between the digits. */
export const asTyped = (text: string): string =>
  text
    .trim()
    .replace(/(?<=[\d)+])[ .\-()/]+(?=[\d(])/g, '')
    .replace(/^\(/, '');

/** Null for what is none of the three. */
export function readDialled(text: string, view: DialView): Dialled | null {
  const { plan, book } = view;
  if (isEmergency(text, book)) return { is: 'emergency', number: withoutOutsidePrefix(text, book) };
  const phone = plan.phones.find(({ id }) => id === text);
  const colleague = phone?.person ?? plan.people.find(({ id }) => id === text)?.id;
  if (colleague !== undefined) return toColleague(plan, colleague, phone?.id);
  return PLAIN.test(text) ? readNumber(text, view) : null;
}

function toColleague(plan: Plan, agentId: AgentId, only?: PhoneId): Dialled {
  const phones = plan.phones.filter(({ person }) => person === agentId).map(({ id }) => id);
  return { is: 'colleague', agentId, phoneIds: only === undefined ? phones : [only] };
}

/** Without what gets an outside line, unless only the whole is a number: 95588, where 9 gets one. */
function readNumber(text: string, view: DialView): Dialled | null {
  const outside = withoutOutsidePrefix(text, view.book);
  const number = asNumber(outside, view);
  if (outside === text || (number !== null && number.class !== 'other')) return number;
  const whole = asNumber(text, view);
  return whole !== null && whole.class !== 'other' ? whole : number;
}

function asNumber(
  text: string,
  { book, area, at }: DialView,
): Extract<Dialled, { is: 'number' }> | null {
  const number = normaliseNumber(text, book.country, area);
  const { kind } = classify(number, book, at);
  // Help behind two prefixes, or written with a country, is not what anybody dials.
  if (kind === 'withheld' || kind === 'emergency') return null;
  return { is: 'number', number, class: dialClassOf(kind, number), isLookedUp: isLookedUp(kind) };
}

/** The longest one, once. */
function withoutOutsidePrefix(text: string, { emergency, outsidePrefixes }: NumberBook): string {
  if (emergency.has(text)) return text;
  const [prefix = ''] = outsidePrefixes
    .filter((one) => text.startsWith(one) && text.length > one.length)
    .sort((a, b) => b.length - a.length);
  return text.slice(prefix.length);
}
