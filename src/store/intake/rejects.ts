/** Rows of an import that were rejected, in their order. */
import type { Knex } from 'knex';
import type { Cell, Refusal } from '../../domain/intake/cell';

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
