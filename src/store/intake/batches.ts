/** Rows of imports: what was asked, how far it is. */
import type { Knex } from 'knex';
import {
  type BatchState,
  type ImportBatch,
  type ImportCounts,
  type ImportOrder,
  type InputFormat,
  type Kept,
  type KeptHeading,
} from '../../domain/intake/batch';
import type { Given } from '../../domain/intake/header';
import type { LeadSource } from '../../domain/intake/words';
import type { StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import type { Page, PageRequest } from '../../http/queries';
import { page } from '../page';
import { instant, timestamp } from '../statement';

export interface BatchRow extends ImportCounts {
  id: string;
  store_id: string;
  controller: string;
  by_id: string;
  file_name: string;
  sha256: string;
  bytes: string;
  format: InputFormat;
  lands_as: 'leads' | 'customers';
  source: LeadSource;
  area: string;
  given: Given | null;
  state: BatchState;
  error: string | null;
  heading: KeptHeading | null;
  row_done: number;
  kept_count: number;
  kept: Kept[];
  created_at: Date;
  done_at: Date | null;
  undone_at: Date | null;
  undone_by: string | null;
}

export const batchFromRow = (row: BatchRow): ImportBatch => ({
  ...{ id: row.id, storeId: row.store_id, controller: row.controller, by: row.by_id },
  ...{ fileName: row.file_name, sha256: row.sha256, bytes: Number(row.bytes) },
  ...{ format: row.format, as: row.lands_as, source: row.source, area: row.area, given: row.given },
  ...{ state: row.state, error: row.error, heading: row.heading, rowDone: row.row_done },
  counts: {
    ...{ rows: row.rows, customers: row.customers, leads: row.leads, vehicles: row.vehicles },
    ...{ filled: row.filled, same: row.same, rejected: row.rejected, doubtful: row.doubtful },
  },
  ...{ keptCount: row.kept_count, kept: row.kept, createdAt: instant(row.created_at) },
  ...{ doneAt: instant(row.done_at), undoneAt: instant(row.undone_at), undoneBy: row.undone_by },
});

/** Notes what was asked; it waits until somebody begins. Rejects while the database is away, and of a store that never was. */
export async function addBatch(
  db: Knex,
  order: ImportOrder & { id: string; at: Instant },
): Promise<void> {
  const added = await db.raw<{ rowCount: number }>(
    `insert into import_batch (id, store_id, controller, by_id, file_name, sha256, bytes, format, lands_as, source, area,
       given, created_at)
     select ?, id, controller, ?, ?, ?, ?, ?, ?, ?, ?, ?::jsonb, ? from store where id = ?`,
    [
      ...[order.id, order.by, order.fileName, order.sha256, order.bytes, order.format, order.as],
      ...[order.source, order.area, order.given && JSON.stringify(order.given)],
      ...[timestamp(order.at), order.storeId],
    ] as Knex.RawBinding[],
  );
  if (added.rowCount === 0) throw new Error(`no store ${order.storeId}`);
}

export async function findBatch(db: Knex, id: string): Promise<ImportBatch | null> {
  const row = await db<BatchRow>('import_batch').where({ id }).first<BatchRow | undefined>();
  return row ? batchFromRow(row) : null;
}

/** Those of the stores, the newest first. */
export async function listBatches(
  db: Knex,
  storeIds: readonly StoreId[],
  request: PageRequest,
): Promise<Page<ImportBatch>> {
  const query = db<BatchRow>('import_batch').whereIn('store_id', [...storeIds]);
  return page(query, request, { timeColumn: 'created_at', fromRow: batchFromRow });
}

/** Those that have to be gone on with, the oldest first: an app before this one had begun, or taken, them. */
export async function openBatches(db: Knex): Promise<ImportBatch[]> {
  const rows = await db<BatchRow>('import_batch')
    .whereIn('state', ['waiting', 'running', 'undoing'])
    .orderBy(['created_at', 'id'])
    .select<BatchRow[]>();
  return rows.map(batchFromRow);
}

/** False: it is in none of the states `from`, and stays as it is. */
export async function moveBatch(
  db: Knex,
  id: string,
  from: readonly BatchState[],
  to: { state: BatchState; error?: string | null; doneAt?: Instant; undoneBy?: string },
): Promise<boolean> {
  const { state, error, doneAt, undoneBy } = to;
  const changed = await db('import_batch')
    .where({ id })
    .whereIn('state', [...from])
    .update({
      state,
      ...(error === undefined ? {} : { error }),
      ...(doneAt === undefined ? {} : { done_at: timestamp(doneAt) }),
      ...(undoneBy === undefined ? {} : { undone_by: undoneBy }),
    });
  return changed === 1;
}

export async function keepHeading(db: Knex, id: string, heading: KeptHeading): Promise<void> {
  await db('import_batch')
    .where({ id })
    .update({ heading: JSON.stringify(heading) });
}
