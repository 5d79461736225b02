/** Cars of a customer, as people write them down: what was there before stands in his timeline. */
import type { Knex } from 'knex';
import type { VehicleFields } from '../../domain/customer/customer';
import { CodedError } from '../../domain/errors';
import type { CustomerId, StoreId } from '../../domain/ids';
import type { SeenOf } from '../../http/customer-work-ports';
import { timestamp } from '../statement';
import { addContact } from './contacts';
import { refreshSearch } from './customers';
import type { Deed } from './deed';

const COLUMNS: Record<keyof VehicleFields, string> = {
  ...{ plate: 'plate', vin: 'vin', series: 'series', model: 'model', boughtOn: 'bought_on' },
  ...{ registeredOn: 'registered_on', insuredUntil: 'insured_until' },
};
const FIELDS = Object.keys(COLUMNS) as (keyof VehicleFields)[];

const rowOf = (fields: Partial<VehicleFields>) =>
  Object.fromEntries(
    FIELDS.filter((field) => field in fields).map((field) => [COLUMNS[field], fields[field]]),
  );

interface Standing {
  id: string;
  customer_id: CustomerId;
  store_id: StoreId;
  version: number;
}

export async function addVehicle(
  deed: Deed,
  made: { customerId: CustomerId; storeId: StoreId; fields: VehicleFields },
): Promise<string> {
  const { trx, makeId, at } = deed;
  const { customerId, storeId, fields } = made;
  const id = makeId();
  await trx('vehicle').insert({
    ...{ id, customer_id: customerId, store_id: storeId, created_at: timestamp(at) },
    ...rowOf(fields),
  });
  const lines = FIELDS.flatMap((field) => (fields[field] ? [`${field}: ${fields[field]}`] : []));
  await note(deed, { customerId, storeId, body: ['vehicle added', ...lines].join('\n') });
  return id;
}

/** The next version. Rejects: `NOT_FOUND`, `VERSION_MOVED`. */
export async function changeVehicle(
  deed: Deed,
  seen: SeenOf,
  fields: Partial<VehicleFields>,
): Promise<number> {
  const { trx } = deed;
  const { row, former } = await vehicleSeen(trx, seen);
  const changed = FIELDS.filter((field) => field in fields && fields[field] !== former[field]);
  if (changed.length === 0) return row.version;
  await trx('vehicle')
    .where({ id: row.id })
    .update({ ...rowOf(fields), version: row.version + 1 });
  const lines = changed.map((field) => `${field}: ${former[field] ?? ''} → ${fields[field] ?? ''}`);
  await note(deed, {
    ...{ customerId: row.customer_id, storeId: row.store_id },
    body: ['vehicle changed', ...lines].join('\n'),
  });
  return row.version + 1;
}

/** What it was stays in the timeline. Rejects: `NOT_FOUND`, `VERSION_MOVED`. */
export async function removeVehicle(deed: Deed, seen: SeenOf): Promise<void> {
  const { trx } = deed;
  const { row, former } = await vehicleSeen(trx, seen);
  await trx('vehicle').where({ id: row.id }).delete();
  const lines = FIELDS.flatMap((field) => (former[field] ? [`${field}: ${former[field]}`] : []));
  await note(deed, {
    ...{ customerId: row.customer_id, storeId: row.store_id },
    body: ['vehicle removed', ...lines].join('\n'),
  });
}

/** Of the customer or of whoever was merged into him, locked. */
async function vehicleSeen(
  trx: Knex.Transaction,
  { id, customerId, version }: SeenOf,
): Promise<{ row: Standing; former: VehicleFields }> {
  const selected = FIELDS.map((field) => {
    const column = `v.${COLUMNS[field]}`;
    return `${/(On|Until)$/.test(field) ? `${column}::text` : column} as "${field}"`;
  });
  const { rows } = await trx.raw<{ rows: (Standing & VehicleFields)[] }>(
    `select v.id, v.customer_id, v.store_id, v.version, ${selected.join(', ')}
     from vehicle v join customer c on c.id = v.customer_id
     where v.id = ? and c.root_id = ? for update of v`,
    [id, customerId],
  );
  const [row] = rows;
  if (!row) throw new CodedError('NOT_FOUND');
  if (row.version !== version) throw new CodedError('VERSION_MOVED', { version: row.version });
  return { row, former: row };
}

async function note(
  deed: Deed,
  entry: { customerId: CustomerId; storeId: StoreId; body: string },
): Promise<void> {
  await addContact(deed, { ...entry, kind: 'edit' });
  // By its plate he is found.
  await refreshSearch(deed.trx, [entry.customerId]);
}
