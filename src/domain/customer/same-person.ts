/**
 * Whether two records are one person (Q06). Same controller and same identifying number: they are, unless the names clearly say
 * otherwise or one is a company and the other is none; then, and where the same name stands beside a similar number, people
 * decide. Numbers of switchboards, lent ones (privacy) and fixed ones that nobody confirmed identify nobody.
 */
import type { Instant } from '../time';
import type { NumberKind } from '../number/kinds';
import { isCompanyName, likenessOf } from './names';
import { areSimilar } from './similar-numbers';

/** What of a record says who it is. */
export interface Identifiable {
  /** In whose books: `entity:…`, `group:…` or `store:…`. Never one person in two. */
  controller: string;
  name: string;
  /** Null: nobody has said. */
  kind: 'person' | 'company' | null;
  numbers: readonly IdentifyingNumber[];
}

export interface IdentifyingNumber {
  /** E.164. */
  number: string;
  kind: NumberKind;
  /** Of a fixed one: somebody has confirmed that it is his own. */
  confirmed: boolean;
}

/** Why people have to decide: same number and another name, a company and a person, or same name and similar number. */
export const DOUBTS = ['other-name', 'company-and-person', 'similar-number'] as const;
export type Doubt = (typeof DOUBTS)[number];

export type Judgement =
  | { is: 'same'; number: string }
  | { is: 'doubtful'; why: Doubt; numbers: readonly [string, string] }
  | { is: 'others' };

/** Alike in both directions. */
export function judge(one: Identifiable, other: Identifiable): Judgement {
  if (one.controller !== other.controller) return { is: 'others' };
  const shared = sharedNumber(one, other);
  const isMixed = isCompany(one) !== isCompany(other);
  const likeness = likenessOf(one.name, other.name);
  if (shared !== null) {
    const numbers = [shared, shared] as const;
    if (isMixed) return { is: 'doubtful', why: 'company-and-person', numbers };
    if (likeness === 'other') return { is: 'doubtful', why: 'other-name', numbers };
    return { is: 'same', number: shared };
  }
  const numbers = isMixed || likeness !== 'same' ? null : similarOf(one, other);
  return numbers ? { is: 'doubtful', why: 'similar-number', numbers } : { is: 'others' };
}

/** What becomes of somebody who is new: the oldest record that is his, and whom he might be as well. */
export interface WhoHeIs<T> {
  same: T | null;
  doubtful: { record: T; why: Doubt; numbers: readonly [string, string] }[];
}

/** Among all that are known in those books; who is judged twice is asked of once. */
export function whoIs<T extends Identifiable & { id: string; createdAt: Instant }>(
  newcomer: Identifiable,
  known: readonly T[],
): WhoHeIs<T> {
  const found: WhoHeIs<T> = { same: null, doubtful: [] };
  for (const record of [...known].sort(byAge)) {
    const judged = judge(newcomer, record);
    if (judged.is === 'same') found.same ??= record;
    if (judged.is === 'doubtful')
      found.doubtful.push({ record, why: judged.why, numbers: judged.numbers });
  }
  return found;
}

/** The older record stays: what comes first here. */
export const byAge = (
  a: { id: string; createdAt: Instant },
  b: { id: string; createdAt: Instant },
): number => a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));

/** Whether by this number alone a person is known (Q06). */
export const identifies = ({ kind, confirmed }: IdentifyingNumber): boolean =>
  kind === 'mobile' || (confirmed && (kind === 'fixed' || kind === 'foreign' || kind === 'other'));

/** What nobody has said of a record its name says, if it has the form of a company's. */
export const isCompany = ({ kind, name }: Pick<Identifiable, 'kind' | 'name'>): boolean =>
  kind === 'company' || (kind === null && isCompanyName(name));

/** A fixed number that is confirmed of one of them is his, whoever else gave it. */
function sharedNumber(one: Identifiable, other: Identifiable): string | null {
  for (const mine of one.numbers)
    for (const his of other.numbers)
      if (mine.number === his.number && mine.number !== '' && (identifies(mine) || identifies(his)))
        return mine.number;
  return null;
}

function similarOf(one: Identifiable, other: Identifiable): readonly [string, string] | null {
  for (const mine of one.numbers)
    for (const his of other.numbers) if (areSimilar(mine, his)) return [mine.number, his.number];
  return null;
}
