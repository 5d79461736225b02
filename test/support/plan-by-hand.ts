/**
 * A plan document as a person writes it into a file: keys in his own order, remarks in between, and what he would say
 * twice by an anchor. It says the same.
 */
import { stringify } from 'yaml';
import type { Random } from '../simulation/random';

export function byHand(document: object, random: Random): string {
  const known = new Map<string, object>();
  const shared = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const said = Array.isArray(value) ? value.map(shared) : fieldsOf(value);
    const text = JSON.stringify(said);
    // The same object twice is written as an anchor and its alias.
    const first = known.get(text) ?? (said as object);
    known.set(text, first);
    return first;
  };
  const fieldsOf = (value: object): object => {
    const fields = Object.entries(value).map(([key, one]): [string, unknown] => [key, shared(one)]);
    const cut = random.below(fields.length || 1);
    return Object.fromEntries([...fields.slice(cut), ...fields.slice(0, cut)]);
  };
  const lines = stringify(shared(document), { lineWidth: 0 }).split('\n');
  return lines.flatMap((line) => remarked(line, random)).join('\n');
}

function remarked(line: string, random: Random): string[] {
  const indent = /^ */.exec(line)?.[0] ?? '';
  if (random.chance(0.1)) return [`${indent}# 请勿删除: "see: - the contract"`, line];
  if (random.chance(0.1) && line !== '') return [`${line}  # since spring`];
  return random.chance(0.05) ? ['', line] : [line];
}
