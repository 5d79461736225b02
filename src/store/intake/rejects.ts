/** Rows of an import that were rejected, in their order. */
import type { Knex } from 'knex';
import type { Cell, Refusal } from '../../domain/intake/cell';
import type { StoreId } from '../../domain/ids';
import type { Instant } from '../../domain/time';
import { timestamp } from '../statement';

/** With the reasons as they were told. */
export interface KeptReject {
  row: number;
  cells: readonly Cell[];
  reasons: readonly (Refusal & { zh: string; en: string })[];
}

const AT_ONCE = 1000;

/** In blocks, so that no large file is in memory as a whole. */
export async function* rejectedRows(db: Knex, batchId: string): AsyncGenerator<KeptReject[]> {
  for (let after = 0; ;) {
    const rows = await rejectsAfter(db, batchId, { after, limit: AT_ONCE });
    if (rows.length > 0) yield rows;
    if (rows.length < AT_ONCE) return;
    after = rows.at(-1)?.row ?? after;
  }
}

/** Those behind a row of the file, at most `limit`. */
export async function rejectsAfter(
  db: Knex,
  batchId: string,
  { after, limit }: { after: number; limit: number },
): Promise<KeptReject[]> {
  const rows = await db('import_row')
    .where({ batch_id: batchId, outcome: 'rejected' })
    .whereNotNull('cells')
    .where('row_no', '>', after)
    .orderBy('row_no')
    .limit(limit)
    .select<{ row_no: number; cells: Cell[]; reasons: KeptReject['reasons'] }[]>(
      'row_no',
      'cells',
      'reasons',
    );
  return rows.map(({ row_no, cells, reasons }) => ({ row: row_no, cells, reasons }));
}

/** Rows of one statement. */
const FORGOTTEN_AT_ONCE = 1000;

/**
 * Deletes what stood in rejected rows of the store's imports that came before that: they are data of people whom nobody is
 * going to call (A23). Their codes stay, by which a report of the import still counts. Answers how many.
 */
export async function forgetRejects(
  db: Knex,
  { storeId, before }: { storeId: StoreId; before: Instant },
): Promise<number> {
  for (let all = 0; ;) {
    const { rowCount } = await db.raw<{ rowCount: number }>(
      `update import_row r set cells = null, reasons = (
         select jsonb_agg(jsonb_build_object('code', x -> 'code', 'column', x -> 'column'))
         from jsonb_array_elements(r.reasons) x)
       where (r.batch_id, r.row_no) in (
         select o.batch_id, o.row_no from import_batch b join import_row o on o.batch_id = b.id
         where b.store_id = ? and b.created_at < ? and o.outcome = 'rejected' and o.cells is not null
         limit ?)`,
      [storeId, timestamp(before), FORGOTTEN_AT_ONCE],
    );
    all += rowCount;
    if (rowCount < FORGOTTEN_AT_ONCE) return all;
  }
}
