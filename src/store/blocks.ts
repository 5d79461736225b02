/** Rows of callers whom a store does not take. */
import type { Knex } from 'knex';
import type { BlockSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Line, type Row } from './statement';

const SAVE = upsert(
  'blocked_caller',
  {
    store_id: 'text',
    number: 'text',
    reason: 'text',
    blocked_by: 'text',
    since: 'timestamptz',
    until: 'timestamptz',
  },
  'store_id, number',
);

interface BlockDbRow {
  store_id: string;
  number: string;
  reason: string;
  blocked_by: string;
  since: Date;
  until: Date | null;
}

/** At most one snapshot a number and store. */
export async function saveBlocks(line: Line, blocks: readonly BlockSnapshot[]): Promise<void> {
  await run(line, SAVE, blocks.map(toRow));
}

/** Every block that there ever was; which are in force is for who asks. */
export async function loadBlocks(db: Knex): Promise<BlockSnapshot[]> {
  const rows = await db<BlockDbRow>('blocked_caller').orderBy(['store_id', 'number']);
  return rows.map((row) => ({
    ...{ storeId: row.store_id, number: row.number, reason: row.reason, by: row.blocked_by },
    since: instant(row.since),
    until: row.until === null ? null : instant(row.until),
  }));
}

const toRow = ({ storeId, number, reason, by, since, until }: BlockSnapshot): Row => ({
  store_id: storeId,
  number,
  reason,
  blocked_by: by,
  since: timestamp(since),
  until: until === null ? null : timestamp(until),
});
