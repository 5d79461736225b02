/** How many leads of HQ should have been called a day ago to confirm them (A26), of all that want calls. */
import type { Knex } from 'knex';
import type { StoreId } from '../domain/ids';
import { seconds, type Instant } from '../domain/time';

const DAY_MS = seconds(24 * 3600);

/** Of each store that has any. */
export async function unconfirmedByStore(
  db: Knex,
  now: Instant,
): Promise<{ storeId: StoreId; count: number }[]> {
  const { rows } = await db.raw<{ rows: { storeId: StoreId; count: number }[] }>(
    `select l.store_id as "storeId", count(*)::int as count from lead l
     where l.confirm_next_at < ? and l.state = 'open' and l.validity = 'valid'
       and not exists (select from customer his join customer him on him.root_id = his.root_id
         join do_not_call refusal on refusal.customer_id = him.id
         where his.id = l.customer_id and refusal.lifted_at is null)
     group by l.store_id order by l.store_id`,
    [new Date(now - DAY_MS)],
  );
  return rows;
}

export async function unconfirmedLeads(db: Knex, now: Instant): Promise<number> {
  return (await unconfirmedByStore(db, now)).reduce((sum, { count }) => sum + count, 0);
}
