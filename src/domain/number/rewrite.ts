/**
 * Ordered rules that rewrite numbers, in the pattern language of Asterisk's dial plan. Decides what a pattern
 * matches. Every pattern is read once from left to right, so that none takes longer than the number is long.
 */
import type { RewriteRule } from '../plan';

type Part = { is: 'one'; of: string } | { is: 'rest'; least: 0 | 1 };

interface Pattern {
  parts: Part[];
  /** How many parts stand before `|`: what they match is replaced, what follows is kept. */
  replaced: number;
}

const CLASSES: Record<string, string> = { X: '0123456789', Z: '123456789', N: '23456789' };
const LITERAL = /^[\d+*#]$/;

/**
 * `X` is a digit, `Z` one of 1-9, `N` one of 2-9, `[1-57]` one of these, `.` one or more of anything, `!` none or
 * more (both only at the end), `|` ends what is replaced; digits, `+`, `*` and `#` stand for themselves. A leading `_` is passed
 * over. Null when it is no pattern.
 */
export function readPattern(text: string): Pattern | null {
  const parts: Part[] = [];
  let bar: number | null = null;
  for (const token of text.replace(/^_/, '').match(/\[[^\]]*\]|[^]/gu) ?? []) {
    if (parts.at(-1)?.is === 'rest') return null;
    if (token === '|') {
      if (bar !== null) return null;
      bar = parts.length;
      continue;
    }
    const part = partOf(token);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.length === 0 ? null : { parts, replaced: bar ?? parts.length };
}

function partOf(token: string): Part | null {
  if (token === '.') return { is: 'rest', least: 1 };
  if (token === '!') return { is: 'rest', least: 0 };
  if (LITERAL.test(token)) return { is: 'one', of: token };
  const known = CLASSES[token.toUpperCase()];
  if (known !== undefined) return { is: 'one', of: known };
  const set = /^\[((?:\d(?:-\d)?)+)\]$/.exec(token)?.[1];
  return set === undefined ? null : { is: 'one', of: digitsOf(set) };
}

/** `1-57` is `123457`. */
const digitsOf = (set: string): string =>
  set.replace(/(\d)-(\d)/g, (_all, from: string, to: string) =>
    [...'0123456789'].filter((digit) => digit >= from && digit <= to).join(''),
  );

/** Whether a rule's `match` can be read. */
export const isPattern = (text: string): boolean =>
  text.length <= 64 &&
  readPattern(text)?.parts.every((part) => part.is === 'rest' || part.of !== '') === true;

/** The number as the rule makes it, or null when it does not match. */
export function applyRule(rule: RewriteRule, number: string): string | null {
  const pattern = readPattern(rule.match);
  if (pattern === null || !matches(pattern.parts, number)) return null;
  const kept = pattern.parts[pattern.replaced] === undefined ? '' : number.slice(pattern.replaced);
  return rule.replace + kept;
}

function matches(parts: readonly Part[], number: string): boolean {
  const rest = parts.at(-1);
  const ones = rest?.is === 'rest' ? parts.slice(0, -1) : parts;
  if (
    rest?.is === 'rest' ? number.length < ones.length + rest.least : number.length !== ones.length
  )
    return false;
  return ones.every((part, index) => part.is === 'one' && part.of.includes(number.charAt(index)));
}

/**
 * The rule for who has no patterns: a regular expression of the whole number, whose first group is what is kept. It
 * is read from left to right as well. Null when `match` cannot be read.
 */
export function expressionOf(rule: RewriteRule): string | null {
  const pattern = readPattern(rule.match);
  if (pattern === null) return null;
  const parts = pattern.parts.map((part) =>
    part.is === 'rest' ? (part.least === 1 ? '[^]+' : '[^]*') : `[${part.of}]`,
  );
  const [replaced, kept] = [parts.slice(0, pattern.replaced), parts.slice(pattern.replaced)];
  return `^${replaced.join('')}(${kept.join('')})$`;
}

/** One rule that matched: its place in the list, and what it made. */
export interface Rewriting {
  rule: RewriteRule;
  index: number;
  number: string;
}

/**
 * The rules that applied, in order: the first that matches is the last, unless it says `continue`; the rules
 * after it then see what it made. Empty when none matched.
 */
export function rewrite(rules: readonly RewriteRule[], number: string): Rewriting[] {
  const applied: Rewriting[] = [];
  for (const [index, rule] of rules.entries()) {
    const made = applyRule(rule, applied.at(-1)?.number ?? number);
    if (made === null) continue;
    applied.push({ rule, index, number: made });
    if (!rule.continue) break;
  }
  return applied;
}
