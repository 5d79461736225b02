/** Rows of numbers that an agent has confirmed to be a person's own. */
import type { Knex } from 'knex';
import type { LeadId, StoreId } from '../domain/ids';
import type { ConfirmedNumber } from '../domain/records';
import type { Instant } from '../domain/time';
import {
  rowsOf,
  run,
  timestamp,
  upsert,
  type Columns,
  type Line,
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  store_id: 'text',
  number: 'text',
  lead_id: 'uuid',
  confirmed_by: 'text',
  confirmed_at: 'timestamptz',
};

const SAVE = upsert('confirmed_number', COLUMNS, 'store_id, number');

const TAKE_BACK: Statement = {
  name: 'take_back_numbers',
  sql: `delete from confirmed_number n using (select * from ${rowsOf(COLUMNS)}) r
    where n.store_id = r.store_id and n.number = r.number`,
};

/** At most one record a number and store. */
export async function saveConfirmedNumbers(
  line: Line,
  saved: readonly { at: Instant; number: ConfirmedNumber }[],
): Promise<void> {
  const rows = saved.map(({ at, number: { storeId, number, leadId, by } }) => ({
    ...{ store_id: storeId, number, lead_id: leadId, confirmed_by: by },
    confirmed_at: timestamp(at),
  }));
  await Promise.all([
    run(
      line,
      TAKE_BACK,
      rows.filter((row) => row.lead_id === null),
    ),
    run(
      line,
      SAVE,
      rows.filter((row) => row.lead_id !== null),
    ),
  ]);
}

/** Of whom the number is confirmed in the store. */
export async function holderOf(db: Knex, storeId: StoreId, number: string): Promise<LeadId | null> {
  const row = await db<{ store_id: string; number: string; lead_id: string }>('confirmed_number')
    .where({ store_id: storeId, number })
    .first();
  return row?.lead_id ?? null;
}
