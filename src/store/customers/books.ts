/**
 * In whose books customers are, when a plan has changed that: they go with the store by which they came. Whoever was merged
 * into another stays with that one.
 */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import type { StoreId } from '../../domain/ids';

/** Of all stores that ever were. */
export async function controllersOfStores(trx: Knex): Promise<Map<StoreId, Controller>> {
  const rows = await trx('store').select<{ id: string; controller: string }[]>('id', 'controller');
  return new Map(rows.map(({ id, controller }) => [id, controller]));
}

/**
 * The customers of stores that had another controller before, and their numbers, get the one that the store has now. Of two
 * whom one number would name in the same books the older keeps it; the younger's names him no longer, and is left for the
 * cleaning (Q06). Reads customers from one end to the other, and only if a store has another controller.
 */
export async function moveBooks(
  trx: Knex,
  before: ReadonlyMap<StoreId, Controller>,
): Promise<void> {
  const now = await controllersOfStores(trx);
  const stores = [...before].filter(([id, former]) => now.get(id) !== former).map(([id]) => id);
  if (stores.length === 0) return;
  const books = [...new Set(stores.flatMap((id) => now.get(id) ?? []))];
  await trx.raw(
    `update customer c set controller = s.controller from customer r join store s on s.id = r.store_id
     where r.id = c.root_id and r.store_id = any(?) and c.controller <> s.controller`,
    [stores],
  );
  await trx.raw(
    `update customer_number n set identifies = false from (
       select n.id, row_number() over (
         partition by c.controller, n.number order by c.created_at, c.id, n.since, n.id) as nth
       from customer_number n join customer m on m.id = n.customer_id join customer c on c.id = m.root_id
       where n.identifies and c.controller = any(?)
     ) named where named.id = n.id and named.nth > 1`,
    [books],
  );
  // By a name that nobody has: two that change places must not meet.
  for (const into of ["'moving:' || n.id", 'c.controller'])
    await trx.raw(
      `update customer_number n set controller = ${into}, cleaned = false from customer c
       where c.id = n.customer_id and c.controller = any(?) and n.controller <> c.controller`,
      [books],
    );
  await moveMerges(trx, books);
  // What was said of a number alone, or of somebody whose data was deleted, holds in the books of the store that heard it.
  await trx.raw(
    `update do_not_call d set controller = s.controller from store s
     where s.id = d.store_id and d.customer_id is null and d.store_id = any(?) and d.controller <> s.controller`,
    [stores],
  );
}

/** What was found and decided of customers is in the books in which they are. */
async function moveMerges(trx: Knex, books: readonly Controller[]): Promise<void> {
  for (const [table, of] of [
    ['customer_merge', 'kept_id'],
    ['customer_split', 'from_id'],
    ['doubtful_pair', 'left_id'],
    ['consent', 'customer_id'],
    ['do_not_call', 'customer_id'],
  ])
    await trx.raw(
      `update ${table} t set controller = c.controller from customer c
       where c.id = t.${of} and c.controller = any(?) and t.controller <> c.controller`,
      [[...books]],
    );
}
