/** Rows of what was ordered for hotlines, so that one that was closed is still closed after a restart. */
import type { Knex } from 'knex';
import type { HotlineSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Line, type Row } from './statement';

const SAVE = upsert(
  'hotline_order',
  {
    ...{ number: 'text', closed_at: 'timestamptz', closed_until: 'timestamptz', closed_by: 'text' },
    ...{ message: 'text', message_at: 'timestamptz', message_until: 'timestamptz' },
    message_by: 'text',
  },
  'number',
);

interface OrderDbRow {
  number: string;
  closed_at: Date | null;
  closed_until: Date | null;
  closed_by: string | null;
  message: string | null;
  message_at: Date | null;
  message_until: Date | null;
  message_by: string | null;
}

/** Writes what stands for each hotline now. At most one snapshot a hotline. */
export async function saveHotlineOrders(
  line: Line,
  hotlines: readonly HotlineSnapshot[],
): Promise<void> {
  await run(line, SAVE, hotlines.map(toRow));
}

/** What was ordered last, of every hotline of which anything ever was. */
export async function loadHotlineOrders(db: Knex): Promise<HotlineSnapshot[]> {
  const rows = await db<OrderDbRow>('hotline_order').orderBy('number');
  return rows.map((row) => ({
    number: row.number,
    closure:
      row.closed_at === null
        ? null
        : {
            since: instant(row.closed_at),
            until: instant(row.closed_until),
            by: row.closed_by ?? '',
          },
    ...messageOf(row),
  }));
}

function messageOf(row: OrderDbRow): Pick<HotlineSnapshot, 'message'> {
  if (row.message === null || row.message_at === null) return {};
  const { message: prompt, message_by: by } = row;
  const since = instant(row.message_at);
  return { message: { prompt, since, until: instant(row.message_until), by: by ?? '' } };
}

const toRow = ({ number, closure, message }: HotlineSnapshot): Row => ({
  number,
  closed_at: timestamp(closure?.since ?? null),
  closed_until: timestamp(closure?.until ?? null),
  closed_by: closure?.by ?? null,
  message: message?.prompt ?? null,
  message_at: timestamp(message?.since ?? null),
  message_until: timestamp(message?.until ?? null),
  message_by: message?.by ?? null,
});
