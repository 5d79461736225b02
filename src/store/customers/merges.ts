/**
 * Merging customers, and taking it back (Q06). Nothing moves: the row that went points at the one that stayed, and what hangs on
 * it is read through `root_id`. All in the transaction of whoever asks.
 */
import type { Knex } from 'knex';
import { editedSince, type Field, type Merge } from '../../domain/customer/merging';
import { byAge } from '../../domain/customer/same-person';
import { CodedError } from '../../domain/errors';
import type { CustomerId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { reopenPairOf, rememberDifferent } from './doubtful-pairs';
import { lockRoots, readTree, rootsOf, writeTree, type TreeRow } from './merge-tree';

/** Who wants it: somebody by hand, somebody who decided a doubtful pair, the cleaning run, or an import. */
export type MergeWay = 'hand' | 'pair' | 'cleaning' | 'import';

export interface MergeOrder {
  /** Id of the merge to be. */
  id: string;
  /** In any order: the older one stays. */
  customers: readonly [CustomerId, CustomerId];
  /** That whoever asks has seen; left out: whatever they are. */
  versions?: readonly [number, number];
  way: MergeWay;
  by: string;
  at: Instant;
  runId?: string | null;
}

/** A merge as it was done. */
export interface Merged {
  id: string;
  keptId: CustomerId;
  mergedId: CustomerId;
}

/**
 * Merges the people of two rows, whoever they are merged into already. Rejects: `UNKNOWN_CUSTOMER` of a row that there is not or
 * that is erased, `SAME_CUSTOMER` of one person, `OTHER_CONTROLLER`, `VERSION_MOVED`.
 */
export async function mergeCustomers(trx: Knex, order: MergeOrder): Promise<Merged> {
  const roots = await lockRoots(trx, order.customers);
  const pair = order.customers.map((id) => roots.get(id));
  const [one, other] = pair;
  if (!isThere(one) || !isThere(other)) throw new CodedError('UNKNOWN_CUSTOMER');
  if (one.id === other.id) throw new CodedError('SAME_CUSTOMER');
  if (one.controller !== other.controller) throw new CodedError('OTHER_CONTROLLER');
  if (order.versions?.some((version, n) => pair[n]?.version !== version))
    throw new CodedError('VERSION_MOVED', { versions: [one.version, other.version] });
  const [kept, merged] = [one, other].sort(byAge) as [TreeRow, TreeRow];
  const { id, by, way, at, runId = null } = order;
  const tree = await readTree(trx, [kept.id, merged.id]);
  await trx('customer_merge').insert({
    ...{ id, controller: kept.controller, kept_id: kept.id, merged_id: merged.id },
    ...{ way, by_id: by, at: new Date(at), run_id: runId },
  });
  const merge: Merge = { id, keptId: kept.id, mergedId: merged.id, at, filled: {} };
  const touched = [kept.id, merged.id];
  await writeTree(trx, tree, [...tree.merges, merge], { touched, at });
  return { id, keptId: kept.id, mergedId: merged.id };
}

export interface Unmerged extends Merged {
  /** Fields of the kept row that the merge had filled and somebody has edited since: they stay as they are. */
  kept: Field[];
}

/**
 * Takes a merge back, also one on which others were built: these stand. That the two are not one person is remembered, so that no
 * run merges them again; a doubtful pair that had been decided is open again. Rejects: `NOT_FOUND`, `UNDONE_ALREADY`.
 */
export async function undoMerge(
  trx: Knex,
  { id, by, at, pairId }: { id: string; by: string; at: Instant; pairId: string },
): Promise<Unmerged> {
  const row = await findMerge(trx, id);
  if (!row) throw new CodedError('NOT_FOUND');
  const roots = await lockRoots(trx, [row.keptId]);
  const root = roots.get(row.keptId);
  const undone = { undone_at: new Date(at), undone_by: by };
  const isUndone = await trx('customer_merge').where({ id }).whereNull('undone_at').update(undone);
  if (isUndone === 0 || !root) throw new CodedError('UNDONE_ALREADY');
  // What it had filled is among the rows, and stands in the tree no more.
  const tree = await readTree(trx, [root.id]);
  const merge: Merge = { ...row, filled: (await findMerge(trx, id))?.filled ?? {} };
  const { keptId, mergedId } = merge;
  const kept = tree.rows.find((one) => one.id === keptId);
  const before = { rows: tree.rows, merges: [...tree.merges, merge] };
  await writeTree(trx, before, tree.merges, {
    touched: [rootsOf(tree.merges)(keptId), mergedId],
    at,
  });
  if (!(await reopenPairOf(trx, id)))
    await rememberDifferent(trx, { id: pairId, customers: [keptId, mergedId], by, at });
  return { id, keptId, mergedId, kept: kept ? editedSince(merge, kept.fields) : [] };
}

/** A merge as it stands or was taken back; null: there is none. */
export interface KnownMerge extends Merge {
  controller: string;
  way: MergeWay;
  by: string;
  undoneAt: Instant | null;
}

export async function findMerge(db: Knex, id: string): Promise<KnownMerge | null> {
  const row = await db('customer_merge').where({ id }).first();
  if (!row) return null;
  return {
    ...{ id, keptId: row.kept_id, mergedId: row.merged_id, filled: row.filled },
    ...{ controller: row.controller, way: row.way, by: row.by_id, at: row.at.getTime() },
    undoneAt: row.undone_at?.getTime() ?? null,
  };
}

const isThere = (row: TreeRow | undefined): row is TreeRow => row?.state === 'active';
