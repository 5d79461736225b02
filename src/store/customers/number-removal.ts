/**
 * Taking a number from a customer who does not have it. Nobody is known by it then; leads that were to be called at it are called
 * at the best of those that he keeps. That it was his is in the timeline by its last digits alone.
 */
import type { Knex } from 'knex';
import { lastFour } from '../../domain/customer/seeing';
import { CodedError } from '../../domain/errors';
import type { CustomerId, StoreId } from '../../domain/ids';
import { identifiesPerson, type NumberKind } from '../../domain/number/kinds';
import type { SeenOf } from '../../http/customer-work-ports';
import { timestamp } from '../statement';
import { addContact } from './contacts';
import { moved, refreshSearch } from './customers';
import { lockNumbers, type Deed } from './deed';
import { numbersOf } from './numbers';

interface Found {
  number: string;
  controller: string;
  store_id: StoreId;
}

/** Null: it is none of his. */
async function find(db: Knex, customerId: CustomerId, id: string): Promise<Found | null> {
  const row = await db('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where({ 'n.id': id, 'c.root_id': customerId })
    .first<Found | undefined>('n.number', 'n.controller', 'c.store_id');
  return row ?? null;
}

/** A mobile that one other customer has as well, whom it did not name because of this one, names him from now on. */
async function passOn(trx: Knex.Transaction, controller: string, number: string): Promise<void> {
  const rows = await trx('customer_number as n')
    .join('customer as c', 'c.id', 'n.customer_id')
    .where({ 'n.controller': controller, 'n.number': number })
    .orderBy(['n.since', 'n.id'])
    .select<{ id: string; kind: NumberKind; identifies: boolean; root_id: string }[]>(
      ...['n.id', 'n.kind', 'n.identifies', 'c.root_id'],
    );
  const [first] = rows;
  const isOnes = new Set(rows.map(({ root_id: rootId }) => rootId)).size === 1;
  if (!first || !isOnes || rows.some(({ identifies }) => identifies)) return;
  if (identifiesPerson(first.kind) !== 'yes') return;
  await trx('customer_number').where({ id: first.id }).update({ identifies: true });
}

/** The customer's next version. Rejects: `NOT_FOUND`, `VERSION_MOVED`, `LAST_NUMBER`. */
export async function removeNumber(
  deed: Deed,
  { id, customerId, version }: SeenOf,
): Promise<number> {
  const { trx, at } = deed;
  const found = await find(trx, customerId, id);
  if (found === null) throw new CodedError('NOT_FOUND');
  const { number, controller, store_id: storeId } = found;
  await lockNumbers(trx, controller, [number]);
  const changed = await trx('customer')
    .where({ id: customerId, root_id: customerId, version })
    .update({ version: version + 1, changed_at: timestamp(at) });
  if (changed === 0) throw await moved(trx, 'customer', customerId);
  const kept = (await numbersOf(trx, customerId)).filter((one) => one.number !== number);
  const [best] = kept;
  if (best === undefined) throw new CodedError('LAST_NUMBER');
  const his = trx('customer').where({ root_id: customerId }).select('id');
  // Whoever was merged into him may have it as well.
  await trx('customer_number').where({ number }).whereIn('customer_id', his).delete();
  // Who calls from it is somebody else then, wherever it was confirmed to be of one of his leads.
  const leads = trx('lead').whereIn('customer_id', his.clone()).select('id');
  await trx('confirmed_number').where({ number }).whereIn('lead_id', leads).delete();
  await passOn(trx, controller, number);
  await trx('lead')
    .where({ number })
    .whereNull('closed_at')
    .whereIn('customer_id', his.clone())
    .update({
      ...{ number: best.number, version: trx.raw('version + 1'), changed_at: timestamp(at) },
    });
  await addContact(deed, {
    ...{ customerId, storeId, kind: 'edit', body: `number removed: ${lastFour(number)}` },
  });
  await refreshSearch(trx, [customerId]);
  return version + 1;
}
