/** Rows of what was ordered for hotlines, so that one that was closed is still closed after a restart. */
import type { Knex } from 'knex';
import type { HotlineSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Row } from './statement';

const SAVE = upsert(
  'hotline_order',
  { number: 'text', closed_at: 'timestamptz', closed_until: 'timestamptz', closed_by: 'text' },
  'number',
);

interface OrderDbRow {
  number: string;
  closed_at: Date | null;
  closed_until: Date | null;
  closed_by: string | null;
}

/** Writes what stands for each hotline now. At most one snapshot a hotline. */
export async function saveHotlineOrders(
  db: Knex,
  hotlines: readonly HotlineSnapshot[],
): Promise<void> {
  await run(db, SAVE, hotlines.map(toRow));
}

/** What was ordered last, of every hotline of which anything ever was. */
export async function loadHotlineOrders(db: Knex): Promise<HotlineSnapshot[]> {
  const rows = await db<OrderDbRow>('hotline_order').orderBy('number');
  return rows.map(({ number, closed_at, closed_until, closed_by }) => ({
    number,
    closure:
      closed_at === null
        ? null
        : {
            since: instant(closed_at),
            until: closed_until === null ? null : instant(closed_until),
            by: closed_by ?? '',
          },
  }));
}

const toRow = ({ number, closure }: HotlineSnapshot): Row => ({
  number,
  closed_at: closure === null ? null : timestamp(closure.since),
  closed_until:
    closure?.until === undefined || closure.until === null ? null : timestamp(closure.until),
  closed_by: closure?.by ?? null,
});
