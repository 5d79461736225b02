/**
 * Whether a text that a person orders may be: words of his own go to a number by the store's name and at its cost. So only to
 * whom the store knows, a few times a day, and with no address on the internet that the plan's text does not have.
 */
import type { ErrorCode } from '../errors';
import { filledText } from './text';

/** To one number of one store in a day. */
export const MOST_ORDERED = 3;

/** What is known of the number in the store. */
export interface OrderFacts {
  /** A lead, a customer, a caller of the store, or one whom it called. */
  known: boolean;
  /** Texts that people ordered for it today, and that were not dropped. */
  orderedToday: number;
}

export interface RefusedOrder {
  code: Extract<ErrorCode, 'NUMBER_NOT_KNOWN' | 'TEXT_NUMBER_LIMIT'>;
  details?: object;
}

export function refusedOrder({ known, orderedToday }: OrderFacts): RefusedOrder | null {
  if (!known) return { code: 'NUMBER_NOT_KNOWN' };
  return orderedToday < MOST_ORDERED
    ? null
    : { code: 'TEXT_NUMBER_LIMIT', details: { perDay: MOST_ORDERED } };
}

/** What telephones show as a link: what follows a scheme, a name of a host, an IPv4 address. */
const LINK =
  /[a-z][a-z0-9+.-]*:\/\/[^\s/]+|(?:[\p{L}\p{N}_-]+\.)+(?:[a-z]{2,}|中国|公司|网络)|(?:\d{1,3}\.){3}\d{1,3}/gu;

const linksIn = (text: string): string[] => text.normalize('NFKC').toLowerCase().match(LINK) ?? [];

/** Links that the values bring into the text, or would elsewhere; each once. */
export function linksBrought(template: string, values: Record<string, string>): string[] {
  const nothing = Object.fromEntries(Object.keys(values).map((name) => [name, ' ']));
  const own = new Set(linksIn(filledText(template, nothing)));
  const all = [filledText(template, values), ...Object.values(values)].flatMap(linksIn);
  return [...new Set(all)].filter((link) => !own.has(link));
}
