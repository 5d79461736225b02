/**
 * Pages of lists that are in memory as a whole. A cursor is the key of the last element that was shown, so that what comes or
 * goes meanwhile shifts no page: nothing is shown twice, nothing that stays is left out. Pure.
 */
import { CodedError } from '../domain/errors';
import type { Page, PageRequest } from './queries';

/** By what a list is in order: never changes of an element, and no two have the same. */
export type Key = readonly (string | number)[];

/** The first key first, or the `last`. Refuses (`BAD_CURSOR`) a cursor that is none of such a list. */
export function pageOf<T>(
  all: readonly T[],
  { limit, after }: PageRequest,
  keyOf: (item: T) => Key,
  order: 'first' | 'last' = 'first',
): Page<T> {
  const sign = order === 'first' ? 1 : -1;
  const sorted = all.map((item) => ({ item, key: keyOf(item) }));
  sorted.sort((a, b) => sign * compare(a.key, b.key));
  const last = after === undefined ? null : decode(after);
  const [sample] = sorted;
  if (last && sample && !isLike(last, sample.key)) throw new CodedError('BAD_CURSOR');
  const rest = last ? sorted.filter(({ key }) => sign * compare(key, last) > 0) : sorted;
  const shown = rest.slice(0, limit);
  const end = shown.at(-1);
  const next = end && rest.length > shown.length ? encode(end.key) : null;
  return { items: shown.map(({ item }) => item), next };
}

function compare(a: Key, b: Key): number {
  for (const [n, left] of a.entries()) {
    const right = b[n];
    if (right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

const encode = (key: Key): string => Buffer.from(JSON.stringify(key)).toString('base64url');

function decode(text: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    if (Array.isArray(key)) return key as Key;
  } catch {
    // It is told below.
  }
  throw new CodedError('BAD_CURSOR');
}

const isLike = (a: Key, b: Key): boolean =>
  a.length === b.length && a.every((part, n) => typeof part === typeof b[n]);
