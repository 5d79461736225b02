/**
 * What a trunk makes of a number, step by step: a caller's as it was delivered becomes the key, and a number that
 * is called becomes what is dialled. Decides the order of the steps.
 */
import type { PlanTrunk, RewriteRule } from '../plan';
import { areaOf } from './areas';
import { isEmergency, nationalOf } from './kinds';
import type { NumberBook } from './book';
import { callingCode, nationalDigits, normaliseNumber } from './normalise';
import { rewrite } from './rewrite';

/** One step that changed the number, and what it made of it. */
export type NumberStep = { number: string } & (
  | { did: 'rule'; index: number; match: string; replace: string; note?: string }
  | { did: 'prefix'; prefix: string }
  | { did: 'normalised' }
  | { did: 'emergency' }
  | { did: 'dialled' }
);

export interface Numbered {
  number: string;
  steps: NumberStep[];
}

/** The key of a caller whose number the trunk delivered so: rules, then prefixes, then E.164. */
export function callerNumber(delivered: string, country: string, trunk?: PlanTrunk): Numbered {
  const steps: NumberStep[] = rulesOf(trunk?.rewrite?.in, delivered.trim());
  const rewritten = steps.at(-1)?.number ?? delivered.trim();
  const plain = withoutPrefix(rewritten, country, trunk);
  if (plain) steps.push({ did: 'prefix', ...plain });
  const before = plain?.number ?? rewritten;
  const number = normaliseNumber(before, country, trunk?.area);
  if (number !== before) steps.push({ did: 'normalised', number });
  return { number, steps };
}

/** The number that was called, as hotlines have it: by the trunk's rules alone. */
export function calledNumber(delivered: string, trunk?: PlanTrunk): Numbered {
  const steps = rulesOf(trunk?.rewrite?.called, delivered);
  return { number: steps.at(-1)?.number ?? delivered, steps };
}

const rulesOf = (rules: readonly RewriteRule[] = [], number: string): NumberStep[] =>
  rewrite(rules, number).map(({ number: made, index, rule: { match, replace, note } }) => ({
    ...{ did: 'rule', number: made, index, match, replace },
    ...(note === undefined ? {} : { note }),
  }));

/**
 * Without the longest prefix that leaves a valid number. What is a number with it, is one: a prefix never
 * shortens another caller's.
 */
function withoutPrefix(
  number: string,
  country: string,
  trunk?: PlanTrunk,
): { number: string; prefix: string } | null {
  const isNumber = (text: string) => normaliseNumber(text, country, trunk?.area).startsWith('+');
  if (isNumber(number)) return null;
  const prefixes = (trunk?.prefixes ?? []).filter(
    (one) => number.startsWith(one) && isNumber(number.slice(one.length)),
  );
  const [prefix] = prefixes.sort((a, b) => b.length - a.length);
  return prefix === undefined ? null : { prefix, number: number.slice(prefix.length) };
}

/**
 * How a number is dialled through the trunk: its national form, or local within the trunk's area, then the rules.
 * An emergency number is dialled as it is, without an outside prefix; no rule touches it.
 */
export function dialledNumber(key: string, book: NumberBook, trunk: PlanTrunk): Numbered {
  if (isEmergency(key, book)) {
    const number = emergencyOf(key, book);
    return { number, steps: [{ did: 'emergency', number }] };
  }
  const base = key.replace(/;ext=\d+$/, '');
  const form = formFor(trunk, base, trunk.country ?? book.country);
  const steps: NumberStep[] = form === base ? [] : [{ did: 'dialled', number: form }];
  steps.push(...rulesOf(trunk.rewrite?.out, form));
  return { number: steps.at(-1)?.number ?? form, steps };
}

function emergencyOf(dialled: string, { emergency, outsidePrefixes }: NumberBook): string {
  if (emergency.has(dialled)) return dialled;
  const prefix = outsidePrefixes.find(
    (one) => dialled.startsWith(one) && emergency.has(dialled.slice(one.length)),
  );
  return dialled.slice(prefix?.length);
}

function formFor(trunk: PlanTrunk, key: string, country: string): string {
  if (!key.startsWith('+') || trunk.dials === 'e164') return key;
  const code = `+${callingCode(country)}`;
  if (!key.startsWith(code)) return `00${key.slice(1)}`;
  if (country !== 'CN') return nationalDigits(key);
  const area = areaOf(key);
  const national = nationalOf(key);
  if (area !== undefined) return area === trunk.area ? national.slice(area.length) : national;
  const isFar = trunk.localMobiles?.every((start) => !national.startsWith(start)) ?? false;
  return isFar && /^1[3-9]\d{9}$/.test(national) ? `0${national}` : national;
}
