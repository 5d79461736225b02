/** Rows of customers: making one, reading one, changing one. */
import type { Knex } from 'knex';
import type { Controller } from '../../domain/customer/controller';
import {
  NOTHING_KNOWN,
  type Customer,
  type CustomerFields,
  type NumberFacts,
} from '../../domain/customer/customer';
import { searchText } from '../../domain/customer/search';
import { CodedError } from '../../domain/errors';
import type { CustomerId, StoreId } from '../../domain/ids';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';
import { addNumbers } from './numbers';

export interface CustomerRow {
  id: string;
  controller: string;
  root_id: string;
  version: number;
  state: Customer['state'];
  store_id: string;
  name: string;
  kind: Customer['kind'];
  sex: Customer['sex'];
  customer_type: string | null;
  area: string;
  address: string;
  /** `2026-03-02`, see `CUSTOMER_COLUMNS`. */
  born_on: string | null;
  note: string;
  owner_id: string | null;
  source: string;
  created_at: Date;
  changed_at: Date;
}

/** Of table or alias `c`; a day as text, because pg would make it a moment in this machine's zone. */
export const CUSTOMER_COLUMNS = `c.id, c.controller, c.root_id, c.version, c.state, c.store_id, c.name, c.kind, c.sex,
  c.customer_type, c.area, c.address, c.born_on::text as born_on, c.note, c.owner_id, c.source, c.created_at, c.changed_at`;

export const customerFromRow = (row: CustomerRow): Customer => ({
  ...{ id: row.id, controller: row.controller, rootId: row.root_id, version: row.version },
  ...{ state: row.state, storeId: row.store_id, name: row.name, kind: row.kind, sex: row.sex },
  ...{ customerType: row.customer_type, area: row.area, address: row.address },
  ...{ bornOn: row.born_on, note: row.note, ownerId: row.owner_id, source: row.source },
  ...{ createdAt: instant(row.created_at), changedAt: instant(row.changed_at) },
});

/** The columns of what people say of him. */
export const fieldsRow = (fields: CustomerFields) => ({
  ...{ name: fields.name, kind: fields.kind, sex: fields.sex, customer_type: fields.customerType },
  ...{ area: fields.area, address: fields.address, born_on: fields.bornOn, note: fields.note },
});

export interface NewCustomer {
  /** When it was set aside before. */
  id?: CustomerId;
  /** Of the store (`controllerOfStore`). */
  controller: Controller;
  storeId: StoreId;
  fields: Partial<CustomerFields>;
  numbers: readonly NumberFacts[];
  ownerId?: string | null;
  source: string;
}

/**
 * Makes a customer with his numbers, and answers his id. Throws `NUMBER_TAKEN` with the customer's id when one of the
 * numbers names a customer of these books already.
 */
export async function makeCustomer(deed: Deed, made: NewCustomer): Promise<CustomerId> {
  const { trx, at } = deed;
  const id = made.id ?? deed.makeId();
  const { controller, storeId, numbers, source } = made;
  const fields = { ...NOTHING_KNOWN, ...made.fields };
  const searched = {
    name: fields.name,
    numbers: numbers.map(({ number }) => number),
    plates: [],
  };
  await trx('customer').insert({
    ...{ id, controller, root_id: id, store_id: storeId, ...fieldsRow(fields) },
    ...{ owner_id: made.ownerId ?? null, source, search: searchText(searched) },
    ...{ created_at: timestamp(at), changed_at: timestamp(at) },
  });
  await addNumbers(deed, { customerId: id, controller, source }, numbers);
  return id;
}

/** In whose books customers of the store are; throws `NOT_FOUND` of a store that never was. */
export async function controllerOfStore(trx: Knex, storeId: StoreId): Promise<Controller> {
  const row = await trx('store')
    .where({ id: storeId })
    .first<{ controller: string } | undefined>('controller');
  if (!row) throw new CodedError('NOT_FOUND');
  return row.controller;
}

/** The customer as he is after merges; null: there is none, or he was erased. */
export async function findCustomer(trx: Knex, id: CustomerId): Promise<Customer | null> {
  const row = await trx('customer as asked')
    .join('customer as c', 'c.id', 'asked.root_id')
    .where('asked.id', id)
    .where('c.state', 'active')
    .first<CustomerRow | undefined>(trx.raw(CUSTOMER_COLUMNS));
  return row ? customerFromRow(row) : null;
}

/**
 * Changes what is known of a customer who was seen in this version, and answers the next one. Throws `VERSION_MOVED` with
 * the present version when somebody was faster.
 */
export async function changeCustomer(
  { trx, at }: Deed,
  seen: { id: CustomerId; version: number },
  fields: CustomerFields,
): Promise<number> {
  const { id, version } = seen;
  const changed = await trx('customer')
    .where({ id, version })
    .update({ ...fieldsRow(fields), version: version + 1, changed_at: timestamp(at) });
  if (changed === 0) throw await moved(trx, 'customer', id);
  await refreshSearch(trx, [id]);
  return version + 1;
}

/** What is thrown of a row whose version is another one. */
export async function moved(
  trx: Knex,
  table: 'customer' | 'lead',
  id: string,
): Promise<CodedError> {
  const row = await trx(table).where({ id }).first<{ version: number } | undefined>('version');
  return row
    ? new CodedError('VERSION_MOVED', { version: row.version })
    : new CodedError('NOT_FOUND');
}

/**
 * Makes anew by what these customers are found: names, numbers and plates of all who were merged into one are his. Whoever
 * changes one of these, merges, or takes a merge back calls it afterwards, with each of the customers.
 */
export async function refreshSearch(trx: Knex, ids: readonly CustomerId[]): Promise<void> {
  if (ids.length === 0) return;
  const { rows } = await trx.raw<{
    rows: { id: string; names: string[]; numbers: string[]; plates: string[] }[];
  }>(
    `select c.id,
       array(select name from customer m where m.root_id = c.id order by m.created_at, m.id) as names,
       array(select n.number from customer m join customer_number n on n.customer_id = m.id
         where m.root_id = c.id order by n.since, n.id) as numbers,
       array(select v.plate from customer m join vehicle v on v.customer_id = m.id
         where m.root_id = c.id order by v.created_at, v.id) as plates
     from customer c where c.id in (select root_id from customer where id = any(?::uuid[]))`,
    [[...ids]],
  );
  const texts = rows.map(({ id, names, ...searched }) => ({
    ...{ id, search: searchText({ name: names.join(' '), ...searched }) },
  }));
  await trx.raw(
    `update customer c set search = r.search from json_to_recordset(?::json) as r (id uuid, search text)
     where c.id = r.id and c.search <> r.search`,
    [JSON.stringify(texts)],
  );
}
