/** Writes what rows of an import have made, in one statement a table, and fills what was there. */
import type { Knex } from 'knex';
import { searchText } from '../../domain/customer/search';
import {
  FILLED,
  type FieldsOf,
  type Fill,
  type FilledTable,
  type Landed,
} from '../../domain/intake/known';
import type { Controller } from '../../domain/customer/controller';
import type { StoreId } from '../../domain/ids';
import { placeAtFirst } from '../../domain/lead/place';
import type { Instant } from '../../domain/time';
import { refreshSearch } from '../customers/customers';
import { timestamp, type Columns } from '../statement';
import { insertRows, jsonOf, recordset } from './insert';
import { columnOf } from './look-up';
import { piecewise } from './piecewise';

/** How an import's rows name where they came from. */
export const sourceOf = (batchId: string): string => `import:${batchId}`;

/** Where rows land, and who brought them. */
export interface LandingPlace {
  controller: Controller;
  storeId: StoreId;
  /** A person's id; `''`: nobody of ours. */
  by: string;
  /** As `source` of what is made says where it came from. */
  origin: string;
}

const FIELD_TYPES: Columns = {
  ...{ born_on: 'date', intended_on: 'date', bought_on: 'date' },
  ...{ registered_on: 'date', insured_until: 'date' },
};

const fieldColumns = (table: FilledTable): Columns =>
  Object.fromEntries(
    FILLED[table].map(columnOf).map((column) => [column, FIELD_TYPES[column] ?? 'text']),
  );

/** Columns that are never null: nothing is `''` there. */
export const NEVER_NULL: Record<FilledTable, readonly string[]> = {
  customer: ['name', 'area', 'address', 'note'],
  lead: ['name'],
  vehicle: ['plate', 'vin', 'series', 'model'],
};

/** `''` where the column is never null, else null for nothing. */
const stored = (
  table: FilledTable,
  fields: FieldsOf<FilledTable> | Record<string, string | null>,
) =>
  Object.fromEntries(
    Object.entries(fields).map(([field, value]) => {
      const column = columnOf(field);
      const isNever = NEVER_NULL[table].includes(column);
      return [column, isNever ? (value ?? '') : value === '' ? null : value];
    }),
  );

/** Writes all that rows have made and filled. */
export async function writeLanded(
  trx: Knex.Transaction,
  { controller, storeId, by, origin: source }: LandingPlace,
  landed: Landed,
  now: Instant,
): Promise<void> {
  const at = timestamp(now);
  const text = { id: 'uuid', controller: 'text', store_id: 'text', source: 'text' };
  const numbersOf = grouped(landed.numbers, ({ number }) => number);
  const platesOf = grouped(landed.vehicles, ({ fields }) => fields.plate ?? '');
  await insertRows(trx, 'customer', {
    columns: {
      ...{ ...text, root_id: 'uuid', owner_id: 'text', search: 'text' },
      ...{ ...fieldColumns('customer'), created_at: 'timestamptz', changed_at: 'timestamptz' },
    },
    rows: await piecewise(landed.customers, ({ id, fields, ownerId }) => ({
      ...{ id, controller, store_id: storeId, source, root_id: id, owner_id: ownerId },
      ...{ ...stored('customer', fields), created_at: at, changed_at: at },
      search: searchText({
        name: fields.name ?? '',
        numbers: numbersOf.get(id) ?? [],
        plates: (platesOf.get(id) ?? []).filter((plate) => plate !== ''),
      }),
    })),
  });
  await insertRows(trx, 'customer_number', {
    columns: {
      ...{ id: 'uuid', customer_id: 'uuid', controller: 'text', number: 'text', kind: 'text' },
      ...{ identifies: 'boolean', source: 'text', since: 'timestamptz' },
    },
    rows: landed.numbers.map(({ id, customerId, number, kind, identifies }) => ({
      ...{ id, customer_id: customerId, controller, number, kind, identifies, source, since: at },
    })),
  });
  await insertRows(trx, 'vehicle', {
    columns: {
      ...{ id: 'uuid', customer_id: 'uuid', store_id: 'text', created_at: 'timestamptz' },
      ...fieldColumns('vehicle'),
    },
    rows: landed.vehicles.map(({ id, customerId, fields }) => ({
      ...{ id, customer_id: customerId, store_id: storeId, created_at: at },
      ...stored('vehicle', fields),
    })),
  });
  await insertRows(trx, 'lead', {
    columns: {
      ...{ id: 'uuid', customer_id: 'uuid', store_id: 'text', number: 'text', owner_id: 'text' },
      ...{ source: 'text', kind: 'text', opened_at: 'timestamptz', changed_at: 'timestamptz' },
      ...{ place: 'text', confirm_next_at: 'timestamptz' },
      ...fieldColumns('lead'),
    },
    rows: landed.leads.map((lead) => ({
      ...{ id: lead.id, customer_id: lead.customerId, store_id: storeId, number: lead.number },
      ...{ owner_id: lead.ownerId, source: lead.source, kind: 'pre-sale', opened_at: at },
      ...{ place: placeAtFirst(lead), changed_at: at, ...stored('lead', lead.fields) },
      confirm_next_at: lead.isHeld ? at : null,
    })),
  });
  await insertRows(trx, 'lead_owner', {
    columns: {
      ...{ id: 'uuid', lead_id: 'uuid', owner_id: 'text', way: 'text', by_id: 'text' },
      from_at: 'timestamptz',
    },
    // Of one lead there is one here: it may have its id.
    rows: landed.leads.map(({ id, ownerId }) => ({
      ...{ id, lead_id: id, owner_id: ownerId, way: 'opened', by_id: by, from_at: at },
    })),
  });
  await insertRows(trx, 'contact', {
    columns: {
      ...{ id: 'uuid', customer_id: 'uuid', lead_id: 'uuid', store_id: 'text', kind: 'text' },
      ...{ at: 'timestamptz', by_id: 'text', body: 'text' },
    },
    rows: landed.contacts.map(({ id, customerId, leadId, body }) => ({
      ...{ id, customer_id: customerId, lead_id: leadId, store_id: storeId, kind: 'import' },
      ...{ at, by_id: by || null, body },
    })),
  });
  await fillAll(trx, landed, at);
}

/** Fills what was there before; each row that fills it is a change, and so a version. */
async function fillAll(trx: Knex.Transaction, landed: Landed, at: string): Promise<void> {
  const made = new Set(landed.rows.flatMap(({ made: { customer = '' } }) => customer));
  const fills = landed.rows.flatMap(({ made: { fills = [] } }) => fills);
  for (const table of ['customer', 'lead', 'vehicle'] as const) {
    const columns = fieldColumns(table);
    const sets = Object.keys(columns).map(
      (column) => `${column} = coalesce(r.${column}, t.${column})`,
    );
    const changed = table === 'vehicle' ? '' : `, changed_at = '${at}'`;
    const rows = together(fills.filter((fill) => fill.table === table));
    if (rows.length === 0) continue;
    await trx.raw(
      `update ${table} t set ${sets.join(', ')}, version = t.version + r.times${changed}
       from ${recordset({ id: 'uuid', times: 'integer', ...columns })} where t.id = r.id`,
      [jsonOf(rows)],
    );
  }
  const touched = landed.rows
    .filter(({ made: { fills: filled, numbers, vehicles } }) => filled ?? numbers ?? vehicles)
    .flatMap(({ customerId }) => customerId ?? []);
  await refreshSearch(
    trx,
    [...new Set(touched)].filter((id) => !made.has(id)),
  );
}

/** What several rows fill of one. */
function together(fills: readonly Fill[]): object[] {
  const byId = new Map<string, { id: string; times: number }>();
  for (const { id, values } of fills) {
    const row = byId.get(id) ?? { id, times: 0 };
    const columns = Object.fromEntries(
      Object.entries(values).map(([field, value]) => [columnOf(field), value]),
    );
    byId.set(id, Object.assign(row, columns, { times: row.times + 1 }));
  }
  return [...byId.values()];
}

/** Values of those made of each customer. */
function grouped<T extends { customerId: string }>(
  all: readonly T[],
  value: (one: T) => string,
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const one of all)
    groups.set(one.customerId, [...(groups.get(one.customerId) ?? []), value(one)]);
  return groups;
}
