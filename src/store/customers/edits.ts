/** Rows of what people have changed of customers by hand: who, when, which field, from what to what. */
import type { Knex } from 'knex';
import { FIELDS, type Fields } from '../../domain/customer/merging';
import type { CustomerId } from '../../domain/ids';
import type { Edit } from '../../http/customer-work-ports';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';

/** The newest of a customer; he is changed a few times a year. */
const MOST = 500;

/** Of fields that are another one now, one row each. */
export async function noteEdits(
  { trx, makeId, at, by }: Deed,
  customerId: CustomerId,
  { was, now }: { was: Fields; now: Fields },
): Promise<void> {
  const rows = FIELDS.filter((field) => was[field] !== now[field]).map((field) => ({
    ...{ id: makeId(), customer_id: customerId, field, was: was[field], now: now[field] },
    ...{ by_id: by, at: timestamp(at) },
  }));
  if (rows.length > 0) await trx('customer_edit').insert(rows);
}

interface EditRow {
  customer_id: CustomerId;
  field: Edit['field'];
  was: string | null;
  now: string | null;
  by_id: string;
  at: Date;
}

/** Of him and of whoever was merged into him, the newest first. `id` is a root. */
export async function editsOf(db: Knex, id: CustomerId): Promise<Edit[]> {
  const rows = await db('customer_edit as e')
    .join('customer as c', 'c.id', 'e.customer_id')
    .where('c.root_id', id)
    .orderBy([
      { column: 'e.at', order: 'desc' },
      { column: 'e.id', order: 'desc' },
    ])
    .limit(MOST)
    .select<EditRow[]>('e.*');
  return rows.map(({ customer_id: from, field, was, now, by_id: by, at }) => ({
    ...{ from, field, was: was ?? '', now: now ?? '', by, at: instant(at) },
  }));
}
