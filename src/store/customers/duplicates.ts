/**
 * Looks for who is in the books twice (A24, Q06): the same are merged, of the doubtful people decide, and what they have decided
 * before is not asked again.
 */
import type { Knex } from 'knex';
import { fullness, likenessOf } from '../../domain/customer/names';
import { byAge, judge, type Judgement } from '../../domain/customer/same-person';
import { similarityKeys } from '../../domain/customer/similar-numbers';
import type { CustomerId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { addPair, areDifferent } from './doubtful-pairs';
import { knownByName, knownByNumber, knownByRoot, type KnownCustomer } from './known-customers';
import { mergeCustomers } from './merges';

export interface Search {
  controller: string;
  makeId: () => string;
  by: string;
  at: Instant;
  runId: string | null;
  /** Not touched now: with him somebody is talking. */
  isBusy: (customer: KnownCustomer) => boolean;
}

export interface FoundDuplicates {
  duplicates: number;
  merged: number;
  doubtful: number;
}

interface Candidate {
  one: KnownCustomer;
  other: KnownCustomer;
  judged: Judgement;
}

/** Of these roots, against everybody in the same books. */
export async function settleDuplicates(
  trx: Knex,
  roots: readonly CustomerId[],
  search: Search,
): Promise<FoundDuplicates> {
  const asked = await knownByRoot(trx, roots);
  const numbers = asked.flatMap((one) => one.numbers.map(({ number }) => number));
  const names = asked.filter(({ name }) => fullness(name) === 2).map(({ name }) => name);
  const others = [
    ...(await knownByNumber(trx, search.controller, [...new Set(numbers)])),
    ...(await knownByName(trx, search.controller, [...new Set(names)])),
  ];
  const found: FoundDuplicates = { duplicates: 0, merged: 0, doubtful: 0 };
  for (const candidate of candidates(asked, others)) {
    const { one, other, judged } = candidate;
    if (judged.is === 'others' || search.isBusy(one) || search.isBusy(other)) continue;
    if (judged.is === 'doubtful') {
      if (await addDoubtful(trx, candidate, search)) found.doubtful += 1;
      continue;
    }
    found.duplicates += 1;
    if (await mergeSame(trx, one, other, search)) found.merged += 1;
  }
  return found;
}

/** Each pair once, that has a number in common or the same name and a similar one. */
function candidates(
  asked: readonly KnownCustomer[],
  others: readonly KnownCustomer[],
): Candidate[] {
  const byKey = new Map<string, Map<CustomerId, KnownCustomer>>();
  for (const other of [...asked, ...others])
    for (const key of keysOf(other)) {
      const known = byKey.get(key) ?? new Map<CustomerId, KnownCustomer>();
      byKey.set(key, known.set(other.id, other));
    }
  const seen = new Set<string>();
  const found: Candidate[] = [];
  for (const one of asked)
    for (const key of keysOf(one))
      for (const other of byKey.get(key)?.values() ?? []) {
        const pair = [one.id, other.id].sort().join();
        if (one.id === other.id || seen.has(pair)) continue;
        seen.add(pair);
        found.push({ one, other, judged: judge(one, other) });
      }
  return found.sort((a, b) => rank(a) - rank(b) || byAge(older(a), older(b)));
}

/** Who has the same full name goes first: of two who are told apart each gets his own. Then doubts, which a merge may have settled. */
const rank = ({ one, other, judged }: Candidate): number => {
  if (judged.is !== 'same') return 2;
  return likenessOf(one.name, other.name) === 'same' ? 0 : 1;
};
const older = ({ one, other }: Candidate): KnownCustomer => (byAge(one, other) < 0 ? one : other);

const keysOf = ({ name, numbers }: KnownCustomer): string[] =>
  numbers.flatMap(({ number, kind }) => [
    number,
    ...(fullness(name) === 2 ? similarityKeys(number, kind).map((key) => `${name} ${key}`) : []),
  ]);

async function mergeSame(
  trx: Knex,
  one: KnownCustomer,
  other: KnownCustomer,
  { makeId, by, at, runId }: Search,
): Promise<boolean> {
  const [a, b] = [await rootOf(trx, one.id), await rootOf(trx, other.id)];
  if (a === b || (await areDifferent(trx, [a, b]))) return false;
  const { keptId, mergedId } = await mergeCustomers(trx, {
    ...{ id: makeId(), customers: [a, b], way: 'cleaning', by, at, runId },
  });
  // What was clean before is no change that wants another look.
  await trx('customer')
    .whereIn('id', [keptId, mergedId])
    .whereRaw('cleaned_version = version - 1')
    .update({ cleaned_version: trx.raw('version') });
  return true;
}

async function addDoubtful(trx: Knex, { one, other, judged }: Candidate, search: Search) {
  if (judged.is !== 'doubtful') return false;
  const customers = [await rootOf(trx, one.id), await rootOf(trx, other.id)] as const;
  if (customers[0] === customers[1]) return false;
  const { makeId, at, runId, controller } = search;
  const { numbers, why: reason } = judged;
  return addPair(trx, { id: makeId(), controller, customers, numbers, reason, at, runId });
}

async function rootOf(trx: Knex, id: CustomerId): Promise<CustomerId> {
  const row = (await trx('customer').where({ id }).first('root_id')) as { root_id: string };
  return row.root_id;
}
