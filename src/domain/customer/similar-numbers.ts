/**
 * Which numbers are easily taken for one another (Q06): one digit is another, two neighbours are swapped, or the last eight are
 * the same. As keys, so that the similar ones of many are found without comparing each with each: two numbers are similar when
 * they have a key in common.
 */
import type { NumberKind } from '../number/kinds';

/** Kinds behind which one person can sit; those of a shared line are similar to nothing. */
const PERSONAL: readonly NumberKind[] = ['mobile', 'fixed', 'foreign'];

/** None of a number that says nothing of a person. `number`: E.164. */
export function similarityKeys(number: string, kind: NumberKind): string[] {
  const [digits = ''] = number.replace(/^\+/, '').split(';');
  if (!PERSONAL.includes(kind) || !/^\d{8,15}$/.test(digits)) return [];
  const keys = [`last ${digits.slice(-8)}`];
  for (let at = 0; at < digits.length; at += 1) {
    keys.push(`${digits.slice(0, at)}*${digits.slice(at + 1)}`);
    const [left = '', right = ''] = digits.slice(at, at + 2);
    const pair = left < right ? left + right : right + left;
    if (right !== '') keys.push(`swap ${at} ${digits.slice(0, at)}${pair}${digits.slice(at + 2)}`);
  }
  return keys;
}

/** Whether one may be the other, mistyped; so is a number to itself. */
export function areSimilar(
  a: { number: string; kind: NumberKind },
  b: { number: string; kind: NumberKind },
): boolean {
  const keys = new Set(similarityKeys(a.number, a.kind));
  return similarityKeys(b.number, b.kind).some((key) => keys.has(key));
}
