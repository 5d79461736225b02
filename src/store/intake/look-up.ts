/** Who is known of those whom rows are about: in these books, by any of their numbers, as they are after merges. */
import type { Knex } from 'knex';
import type { IdentifyingNumber } from '../../domain/customer/same-person';
import {
  FILLED,
  type FieldsOf,
  type FieldValue,
  type FilledTable,
  type KnownPerson,
} from '../../domain/intake/known';
import type { StoreId } from '../../domain/ids';
import type { NumberKind } from '../../domain/number/kinds';
import { instant } from '../statement';
import { piecewise } from './piecewise';

/** The column of a field. */
export const columnOf = (field: string): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Columns of what an import fills, days as text, because pg would make them moments in this machine's zone. */
const selected = (table: FilledTable, alias: string): string =>
  FILLED[table]
    .map(columnOf)
    .map(
      (column) => `${alias}.${column}${/_(on|until)$/.test(column) ? '::text' : ''} as ${column}`,
    )
    .join(', ');

type Fields = Record<string, FieldValue>;

const fieldsFrom = <T extends FilledTable>(table: T, row: Fields): FieldsOf<T> =>
  Object.fromEntries(
    FILLED[table].map((field) => [field, row[columnOf(field)] ?? null]),
  ) as FieldsOf<T>;

interface NumberRow {
  root_id: string;
  number: string;
  kind: NumberKind;
  identifies: boolean;
}

/**
 * Reads with locks on what is filled, so that nobody changes it until the transaction ends; `free`: without them, for who
 * changes nothing.
 */
export async function knownPersons(
  trx: Knex.Transaction,
  { controller, storeId }: { controller: string; storeId: StoreId },
  numbers: readonly string[],
  hold: 'locked' | 'free' = 'locked',
): Promise<KnownPerson[]> {
  const found = await rowsOf<NumberRow>(
    trx,
    `select c.root_id, n.number, n.kind, n.identifies
     from customer_number n join customer c on c.id = n.customer_id
     where n.controller = ? and n.number = any(?::text[])`,
    [controller, numbers],
  );
  const byPerson = new Map<string, IdentifyingNumber[]>();
  for (const { root_id, number, kind, identifies } of found) {
    const his = byPerson.get(root_id) ?? [];
    his.push({ number, kind, confirmed: identifies });
    byPerson.set(root_id, his);
  }
  const roots = [...byPerson.keys()];
  if (roots.length === 0) return [];
  const persons = await rowsOf<Fields & { id: string; created_at: Date }>(
    trx,
    `select c.id, c.created_at, ${selected('customer', 'c')} from customer c
     where c.id = any(?::uuid[]) and c.state = 'active' order by c.id ${hold === 'locked' ? 'for update' : ''}`,
    [roots],
  );
  const leads = await rowsOf<Fields & { id: string; root_id: string }>(
    trx,
    `select distinct on (c.root_id) l.id, c.root_id, ${selected('lead', 'l')}
     from lead l join customer c on c.id = l.customer_id
     where c.root_id = any(?::uuid[]) and l.store_id = ? and l.closed_at is null
     order by c.root_id, l.opened_at desc, l.id`,
    [roots, storeId],
  );
  const vehicles = await rowsOf<Fields & { id: string; root_id: string }>(
    trx,
    `select v.id, c.root_id, ${selected('vehicle', 'v')}
     from vehicle v join customer c on c.id = v.customer_id
     where c.root_id = any(?::uuid[]) order by v.created_at, v.id`,
    [roots],
  );
  const leadOf = new Map(leads.map((row) => [row.root_id, row]));
  const vehiclesOf = groupedBy(vehicles, ({ root_id }) => root_id);
  return piecewise(persons, (row) => {
    const fields = fieldsFrom('customer', row);
    const lead = leadOf.get(row.id);
    return {
      ...{ id: row.id, createdAt: instant(row.created_at as unknown as Date), controller, fields },
      ...{ name: fields.name ?? '', kind: fields.kind as KnownPerson['kind'] },
      numbers: byPerson.get(row.id) ?? [],
      lead: lead ? { id: lead.id, fields: fieldsFrom('lead', lead) } : null,
      vehicles: (vehiclesOf.get(row.id) ?? []).map((vehicle) => ({
        ...{ id: vehicle.id, fields: fieldsFrom('vehicle', vehicle) },
      })),
    };
  });
}

async function rowsOf<T>(trx: Knex, sql: string, values: readonly unknown[]): Promise<T[]> {
  const { rows } = await trx.raw<{ rows: T[] }>(sql, values as Knex.RawBinding[]);
  return rows;
}

function groupedBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
