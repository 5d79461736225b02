/**
 * Pairs of customers of whom it is not sure that they are two people (A24, D02): found by cleaning or an import, decided by
 * people. A pair that was decided to be two is remembered for all that either is merged with, and never asked again.
 */
import type { Knex } from 'knex';
import type { Doubt } from '../../domain/customer/same-person';
import type { CustomerId } from '../../domain/ids';
import type { Instant } from '../../domain/time';

export type PairState = 'open' | 'later' | 'same' | 'different';

export interface FoundPair {
  /** Id of the pair to be. */
  id: string;
  controller: string;
  customers: readonly [CustomerId, CustomerId];
  reason: Doubt;
  /** Of each, in the order of `customers`. */
  numbers: readonly [string, string];
  at: Instant;
  runId?: string | null;
}

/** Whether any row of the one's person and any of the other's were decided upon, or are asked already. */
const ASKED = `exists (
  select from doubtful_pair p
    join customer l on l.id = p.left_id join customer r on r.id = p.right_id
  where (p.left_id = any(?::uuid[]) and p.right_id = any(?::uuid[])
      or p.left_id = any(?::uuid[]) and p.right_id = any(?::uuid[])) and p.state = any(?))`;

/** Puts a pair on the list, of two roots. False: it is asked already, or was decided. */
export async function addPair(trx: Knex, found: FoundPair): Promise<boolean> {
  const [one, other] = found.customers;
  if (await isAsked(trx, [one, other], ['open', 'later', 'same', 'different'])) return false;
  const { rowCount } = await insertPair(trx, found, { state: 'open' });
  return rowCount === 1;
}

/** Whether people have said of the people of two roots that they are two. */
export const areDifferent = (
  trx: Knex,
  roots: readonly [CustomerId, CustomerId],
): Promise<boolean> => isAsked(trx, roots, ['different']);

/** The same of all that is still asked between the same two people, whichever of their records it is about. */
export async function settleOthers(
  trx: Knex,
  pairId: string,
  { by, at }: { by: string; at: Instant },
): Promise<void> {
  await trx.raw(
    `update doubtful_pair p set state = 'different', decided_at = ?, decided_by = ?
     from customer l, customer r, doubtful_pair d join customer dl on dl.id = d.left_id join customer dr on dr.id = d.right_id
     where d.id = ? and p.id <> d.id and p.state in ('open', 'later') and l.id = p.left_id and r.id = p.right_id
       and (l.root_id = dl.root_id and r.root_id = dr.root_id or l.root_id = dr.root_id and r.root_id = dl.root_id)`,
    [new Date(at), by, pairId],
  );
}

/** Of somebody who took a merge back. */
export async function rememberDifferent(
  trx: Knex,
  {
    id,
    customers,
    by,
    at,
  }: { id: string; customers: readonly [CustomerId, CustomerId]; by: string; at: Instant },
): Promise<void> {
  const row = await trx('customer').where({ id: customers[0] }).first('controller');
  const decided = { state: 'different', decided_at: new Date(at), decided_by: by };
  const found: FoundPair = {
    ...{ id, controller: row?.controller ?? '', customers, reason: 'other-name', at },
    numbers: ['', ''],
  };
  await insertPair(trx, found, decided, decided);
}

/** The pair that was decided by this merge is open again; false: by none. */
export async function reopenPairOf(trx: Knex, mergeId: string): Promise<boolean> {
  const open = { state: 'open', decided_at: null, decided_by: null, merge_id: null };
  return (await trx('doubtful_pair').where({ merge_id: mergeId }).update(open)) > 0;
}

async function isAsked(
  trx: Knex,
  roots: readonly [CustomerId, CustomerId],
  states: readonly PairState[],
): Promise<boolean> {
  const rows = (await trx('customer').whereIn('root_id', roots).select('id', 'root_id')) as {
    id: string;
    root_id: string;
  }[];
  const [one, other] = roots.map((root) =>
    rows.filter(({ root_id: of }) => of === root).map(({ id }) => id),
  ) as [string[], string[]];
  const { rows: found } = await trx.raw<{ rows: { is: boolean }[] }>(`select ${ASKED} as "is"`, [
    ...[one, other, other, one, [...states]],
  ]);
  return found[0]?.is === true;
}

function insertPair(trx: Knex, found: FoundPair, more: object, instead?: object) {
  const { id, controller, customers, reason, numbers, at, runId = null } = found;
  const isInOrder = customers[0] < customers[1];
  const [left, right] = isInOrder ? customers : [customers[1], customers[0]];
  const [leftNumber, rightNumber] = isInOrder ? numbers : [numbers[1], numbers[0]];
  const inserting = trx('doubtful_pair')
    .insert({
      ...{ id, controller, left_id: left, right_id: right, reason, run_id: runId },
      ...{ left_number: leftNumber, right_number: rightNumber, found_at: new Date(at), ...more },
    })
    .onConflict(['left_id', 'right_id']);
  return (instead ? inserting.merge(instead) : inserting.ignore()) as unknown as Promise<{
    rowCount: number;
  }>;
}
