/**
 * The rows that are one person: his root, what was merged into it, and the merges that stand between them. Whoever changes what
 * belongs together locks the roots first, the lower id first, so that two who do so at once wait for one another and lose
 * nothing.
 */
import type { Knex } from 'knex';
import {
  FIELDS,
  regrow,
  type Field,
  type Fields,
  type Filled,
  type Merge,
  type MergeRecord,
} from '../../domain/customer/merging';
import type { CustomerId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { instant } from '../statement';
import { refreshSearch } from './customers';

/** A row of `customer`, as far as merging is concerned. */
export interface TreeRow extends MergeRecord {
  rootId: CustomerId;
  controller: string;
  storeId: string;
  state: string;
  version: number;
}

export interface Tree {
  rows: TreeRow[];
  merges: Merge[];
}

const COLUMN: Record<Field, string> = {
  ...{ name: 'name', kind: 'kind', sex: 'sex', customerType: 'customer_type', area: 'area' },
  ...{ address: 'address', bornOn: 'born_on', note: 'note' },
};

const SELECTED = `id, root_id, controller, store_id, state, version, source, created_at, name, kind, sex,
  customer_type, area, address, born_on::text as born_on, note`;

interface DbRow {
  id: string;
  root_id: string;
  controller: string;
  store_id: string;
  state: string;
  version: number;
  source: string;
  created_at: Date;
}

interface MergeRow {
  id: string;
  kept_id: string;
  merged_id: string;
  at: Date;
  filled: Filled;
}

/**
 * Locks the roots of these customers until the transaction ends, and answers them by the id that was asked for; of an id that
 * there is not none. Who waited here for another merge gets the root that there is after it.
 */
export async function lockRoots(
  trx: Knex,
  ids: readonly CustomerId[],
): Promise<Map<CustomerId, TreeRow>> {
  const wanted = [...new Set(ids)];
  for (;;) {
    const pointers = (await trx('customer').whereIn('id', wanted).select('id', 'root_id')) as Pick<
      DbRow,
      'id' | 'root_id'
    >[];
    const roots = [...new Set(pointers.map(({ root_id: rootId }) => rootId))];
    const { rows } = await trx.raw<{ rows: DbRow[] }>(
      `select ${SELECTED} from customer where id = any(?::uuid[]) order by id for no key update`,
      [roots],
    );
    const locked = new Map(rows.map((row) => [row.id, treeRow(row)]));
    // Who pointed there may have been merged, or taken out, while this waited.
    const now = (await trx('customer').whereIn('id', wanted).select('id', 'root_id')) as Pick<
      DbRow,
      'id' | 'root_id'
    >[];
    const found = now.flatMap(({ id, root_id: rootId }): [string, TreeRow][] => {
      const root = locked.get(rootId);
      return root?.rootId === rootId ? [[id, root]] : [];
    });
    if (found.length === now.length) return new Map(found);
  }
}

/** All rows of these roots, which are locked, and the merges between them. */
export async function readTree(trx: Knex, roots: readonly CustomerId[]): Promise<Tree> {
  const { rows } = await trx.raw<{ rows: DbRow[] }>(
    `select ${SELECTED} from customer where root_id = any(?::uuid[]) order by id`,
    [[...roots]],
  );
  const ids = rows.map(({ id }) => id);
  const merges = (await trx('customer_merge')
    .whereIn('kept_id', ids)
    .whereNull('undone_at')
    .orderBy(['at', 'id'])) as MergeRow[];
  return { rows: rows.map(treeRow), merges: merges.map(mergeFrom) };
}

/**
 * Writes what the rows show and where they point when these merges stand instead of those that did. `touched` get another
 * version even where no field of theirs changes: whoever saw them before saw another person.
 */
export async function writeTree(
  trx: Knex,
  { rows, merges }: Tree,
  standing: readonly Merge[],
  { touched, at }: { touched: readonly CustomerId[]; at: Instant },
): Promise<void> {
  const { fields, filled } = regrow(rows, merges, standing);
  const rootOf = rootsOf(standing);
  const pointing = new Map<CustomerId, CustomerId[]>();
  for (const row of rows) {
    const shown = fields.get(row.id) ?? row.fields;
    const rootId = rootOf(row.id);
    if (rootId !== row.rootId) pointing.set(rootId, [...(pointing.get(rootId) ?? []), row.id]);
    const changed = FIELDS.filter((field) => shown[field] !== row.fields[field]);
    if (changed.length === 0 && !touched.includes(row.id)) continue;
    await trx('customer')
      .where({ id: row.id })
      .update({
        ...Object.fromEntries(changed.map((field) => [COLUMN[field], shown[field]])),
        ...{ version: trx.raw('version + 1'), changed_at: new Date(at) },
      });
  }
  for (const [rootId, ids] of pointing)
    await trx('customer').whereIn('id', ids).update({ root_id: rootId });
  // Each root is found by all that is his.
  await refreshSearch(
    trx,
    rows.map(({ id }) => id),
  );
  for (const merge of standing) {
    const now = filled.get(merge.id) ?? {};
    if (isSame(now, merge.filled)) continue;
    await trx('customer_merge')
      .where({ id: merge.id })
      .update({ filled: JSON.stringify(now) });
  }
}

/** The database gives keys back in an order of its own. */
const isSame = (a: Filled, b: Filled): boolean =>
  FIELDS.every((field) => {
    const [one, other] = [a[field], b[field]];
    if (!one || !other) return one === other;
    return one.was === other.was && one.now === other.now && one.from === other.from;
  });

/** Where the merges lead from a row. */
export function rootsOf(standing: readonly Pick<Merge, 'keptId' | 'mergedId'>[]) {
  const into = new Map(standing.map(({ keptId, mergedId }) => [mergedId, keptId]));
  return (id: CustomerId): CustomerId => {
    let root = id;
    for (let next = into.get(root); next !== undefined; next = into.get(root)) root = next;
    return root;
  };
}

/** Again, when another transaction waited for what this one had and the other way round: nothing of it was written. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { code?: string };
      if (tries === TRIES || !AGAIN.includes(code ?? '')) throw error;
    }
  }
}

/** Deadlock, serialisation failure, and a number that somebody else was given in the same moment (PostgreSQL's appendix A). */
const AGAIN = ['40P01', '40001', '23505'];
/** Each time one of those who wait for one another gets through. */
const TRIES = 20;

const treeRow = (row: DbRow): TreeRow => ({
  ...{ id: row.id, rootId: row.root_id, controller: row.controller, storeId: row.store_id },
  ...{ state: row.state, version: row.version, source: row.source },
  createdAt: instant(row.created_at),
  fields: fieldsOf(row),
});

const fieldsOf = (row: object): Fields =>
  Object.fromEntries(
    FIELDS.map((field) => [field, (row as Record<string, string | null>)[COLUMN[field]] ?? null]),
  ) as Fields;

const mergeFrom = (row: MergeRow): Merge => ({
  ...{ id: row.id, keptId: row.kept_id, mergedId: row.merged_id, filled: row.filled },
  at: instant(row.at),
});
