/** Books of one controller for tests of merging and cleaning: customers, leads, calls with their recordings, in the database. */
import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import type { CustomerFields, NumberFacts } from '../../src/domain/customer/customer';
import { numberFacts } from '../../src/domain/customer/number';
import type { LeadFields } from '../../src/domain/lead/lead';
import { numberBook } from '../../src/domain/number/book';
import { addContact } from '../../src/store/customers/contacts';
import { makeCustomer, refreshSearch } from '../../src/store/customers/customers';
import type { Deed } from '../../src/store/customers/deed';
import { makeLead } from '../../src/store/customers/leads';
import type { Plan } from '../../src/domain/plan';
import type { Database } from '../../src/store/database';
import { checked, planOf } from './checked-plan';
import { emptyPlan } from './plan';
import { NINE } from './records';

export const BOOKS = 'entity:north';
export const STORES = ['bj01', 'bj02'];
export const MOBILE = '+8613800138000';

/** The plan of the books: two stores of one legal entity. */
export const BOOKS_PLAN: Plan = {
  ...planOf(checked(emptyPlan())),
  stores: STORES.map((id) => ({ id, name: id, timezone: 'Asia/Shanghai', entity: 'north' })),
};

/** Stores of the books, and one of other books. */
export async function openBooks(db: Database): Promise<void> {
  const rows = [
    ...STORES.map((id) => ({ id, controller: BOOKS })),
    { id: 'sh01', controller: 'store:sh01' },
  ];
  await db('store').insert(
    rows.map((row) => ({ ...row, name: row.id, timezone: 'Asia/Shanghai' })),
  );
}

export const within = <T>(
  db: Database,
  work: (deed: Deed) => Promise<T>,
  { at = NINE, by = 'wang' } = {},
): Promise<T> => db.transaction((trx) => work({ trx, makeId: randomUUID, at, by }));

interface Person {
  name?: string;
  fields?: Partial<CustomerFields>;
  /** E.164. */
  numbers?: readonly string[];
  at?: number;
  source?: string;
  controller?: string;
  storeId?: string;
}

const factsOf = (number: string): NumberFacts => numberFacts(number, numberBook(BOOKS_PLAN), NINE);

/** A customer; a number by which somebody else is known already is his too, and does not name him. */
export function person(db: Database, parts: Person = {}): Promise<string> {
  const { name = '', fields = {}, numbers = [], at = NINE } = parts;
  const { source = 'manual', controller = BOOKS, storeId = 'bj01' } = parts;
  return within(
    db,
    async (deed) => {
      const made = { controller, storeId, source, fields: { ...fields, name } };
      const id = await makeCustomer(deed, { ...made, numbers: [] });
      for (const number of numbers) await addNumber(deed.trx, id, controller, factsOf(number));
      await refreshSearch(deed.trx, [id]);
      return id;
    },
    { at },
  );
}

async function addNumber(trx: Knex, customerId: string, controller: string, facts: NumberFacts) {
  const { number, kind } = facts;
  const taken = await trx('customer_number')
    .where({ controller, number, identifies: true })
    .first();
  const row = {
    id: randomUUID(),
    customer_id: customerId,
    controller,
    number,
    kind,
    source: 'manual',
  };
  const identifies = facts.identifies && taken === undefined;
  await trx('customer_number').insert({ ...row, identifies, since: new Date(NINE) });
}

/** A lead of the customer, from the web unless it is said. */
export const leadOf = (
  db: Database,
  customerId: string,
  parts: {
    number?: string;
    source?: string;
    storeId?: string;
    ownerId?: string | null;
    fields?: Partial<LeadFields>;
  } = {},
): Promise<string> =>
  within(db, (deed) => {
    const {
      number = MOBILE,
      source = 'web',
      storeId = 'bj01',
      ownerId = null,
      fields = {},
    } = parts;
    return makeLead(deed, { customerId, storeId, number, source, ownerId, fields });
  });

/** A note in his timeline. */
export const noteOf = (
  db: Database,
  customerId: string,
  leadId: string | null,
  body = 'x',
): Promise<string> =>
  within(db, (deed) =>
    addContact(deed, { customerId, leadId, storeId: 'bj01', kind: 'note', body }),
  );

/** A call of the lead that is over, with its recording and its place in the timeline. */
export async function callOf(
  db: Database,
  customerId: string,
  leadId: string,
  number = MOBILE,
): Promise<string> {
  const id = randomUUID();
  await db('call').insert({
    ...{
      id,
      direction: 'inbound',
      state: 'closed',
      store_id: 'bj01',
      hotline: '400',
      trunk_id: 'carrier',
    },
    ...{ from_number: number, to_number: '400', lead_id: leadId, arrived_at: new Date(NINE) },
    ...{ ended_at: new Date(NINE + 1000), outcome: 'talk' },
  });
  await db('recording').insert({
    ...{ id: randomUUID(), call_id: id, lead_id: leadId, store_id: 'bj01', state: 'stored' },
    saved_at: new Date(NINE),
  });
  await db('contact').insert({
    ...{ id, customer_id: customerId, lead_id: leadId, store_id: 'bj01', at: new Date(NINE) },
    ...{ kind: 'call', call_id: id },
  });
  return id;
}

/** Tables that hold what a customer is and has; without what only says that somebody looked or changed. */
export async function allOf(db: Knex): Promise<Record<string, unknown[]>> {
  const tables = [
    'customer',
    'customer_number',
    'vehicle',
    'lead',
    'lead_owner',
    'contact',
    'recording',
  ];
  const found: Record<string, unknown[]> = {};
  for (const table of tables) {
    const rows = (await db(table).orderBy('id')) as Record<string, unknown>[];
    found[table] = rows.map(({ version: _v, changed_at: _c, cleaned_version: _d, ...row }) => row);
  }
  return found;
}

/** What must hold at any moment, as one statement sees it; empty: all of it holds. */
export async function broken(db: Knex): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { what: string; id: string }[] }>(INVARIANTS);
  return rows.map(({ what, id }) => `${what}: ${id}`);
}

const INVARIANTS = `
  with recursive up as (
    select id, id as at, 0 as steps from customer
    union all
    select up.id, m.kept_id, steps + 1 from up
      join customer_merge m on m.merged_id = up.at and m.undone_at is null where steps < 100
  ), top as (select distinct on (id) id, at, steps from up order by id, steps desc)
  select 'root is not where the merges lead' as what, c.id from customer c join top on top.id = c.id where top.at <> c.root_id
  union all select 'a cycle of roots', id from top where steps >= 100
  union all select 'root of nobody', c.id from customer c where not exists (
    select from customer r where r.id = c.root_id and r.root_id = r.id and r.controller = c.controller)
  union all select 'not one owner', l.id from lead l where (
    select count(*) from lead_owner o where o.lead_id = l.id and o.until_at is null) <> 1
  union all select 'another owner than the open row says', l.id from lead l join lead_owner o on o.lead_id = l.id
    where o.until_at is null and o.owner_id is distinct from l.owner_id
  union all select 'a gap in who owned it', lead_id from (
    select lead_id, from_at, lag(until_at) over w as before, row_number() over w as nth
    from lead_owner window w as (partition by lead_id order by from_at, until_at nulls last, id)) o
    where nth > 1 and before is distinct from from_at
  union all select 'a lead of nobody', l.id from lead l where not exists (select from customer c where c.id = l.customer_id)
  union all select 'a recording without its call and customer', r.id from recording r where not exists (
    select from contact k join customer c on c.id = k.customer_id join customer root on root.id = c.root_id
      join lead l on l.id = k.lead_id join customer his on his.id = l.customer_id
    where k.call_id = r.call_id and his.root_id = c.root_id)
  union all select 'a contact with another person than its lead', k.id from contact k join customer c on c.id = k.customer_id
    join lead l on l.id = k.lead_id join customer his on his.id = l.customer_id where his.root_id <> c.root_id
  union all select 'a number that names two', min(n.id::text)::uuid from customer_number n where n.identifies
    group by n.controller, n.number having count(*) > 1`;
