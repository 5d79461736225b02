/** Rows of leads as the lead system works with them: making one with its first owner, reading one, changing one. */
import type { Knex } from 'knex';
import { NOTHING_SAID, type Lead, type LeadFields, type StateChange } from '../../domain/lead/lead';
import type { OwnerWay } from '../../domain/lead/lead';
import { placeAtFirst } from '../../domain/lead/place';
import type { CustomerId, LeadId, StoreId } from '../../domain/ids';
import { instant, timestamp } from '../statement';
import { moved } from './customers';
import type { Deed } from './deed';

export interface LeadTableRow {
  id: string;
  customer_id: string | null;
  store_id: string;
  number: string;
  name: string;
  owner_id: string | null;
  source: string;
  version: number;
  state: Lead['state'];
  validity: Lead['validity'];
  place: Lead['place'];
  kind: Lead['kind'];
  level: Lead['level'];
  channel: string | null;
  customer_type: string | null;
  present_car: string | null;
  interest_series: string | null;
  interest_model: string | null;
  /** `2026-03-02`, see `LEAD_COLUMNS`. */
  intended_on: string | null;
  contact_result: string | null;
  next_plan: string | null;
  next_due_at: Date | null;
  last_contact_at: Date | null;
  opened_at: Date;
  opened_by_call: string | null;
  arrived_at: Date | null;
  closed_at: Date | null;
  end_reason: string | null;
  changed_at: Date;
  prospect: Lead['prospect'];
  confirm_next_at: Date | null;
  confirm_tries: number;
  confirm_first_at: Date | null;
  confirmed_at: Date | null;
  confirmed_by: string | null;
}

/** Of table or alias `l`; a day as text, because pg would make it a moment in this machine's zone. */
export const LEAD_COLUMNS = `l.id, l.customer_id, l.store_id, l.number, l.name, l.owner_id, l.source, l.version, l.state,
  l.validity, l.place, l.kind, l.level, l.channel, l.customer_type, l.present_car, l.interest_series, l.interest_model,
  l.intended_on::text as intended_on, l.contact_result, l.next_plan, l.next_due_at, l.last_contact_at, l.opened_at,
  l.opened_by_call, l.arrived_at, l.closed_at, l.end_reason, l.changed_at, l.prospect,
  l.confirm_next_at, l.confirm_tries, l.confirm_first_at, l.confirmed_at, l.confirmed_by`;

export const fullLeadFromRow = (row: LeadTableRow): Lead => ({
  ...{ id: row.id, customerId: row.customer_id, storeId: row.store_id, number: row.number },
  ...{ name: row.name, ownerId: row.owner_id, source: row.source, version: row.version },
  ...{ state: row.state, validity: row.validity, place: row.place, kind: row.kind },
  ...{ level: row.level, channel: row.channel, customerType: row.customer_type },
  ...{ presentCar: row.present_car, interestSeries: row.interest_series },
  ...{ interestModel: row.interest_model, intendedOn: row.intended_on },
  ...{ contactResult: row.contact_result, nextPlan: row.next_plan },
  ...{ nextDueAt: instant(row.next_due_at), lastContactAt: instant(row.last_contact_at) },
  ...{ openedAt: instant(row.opened_at), openedByCall: row.opened_by_call },
  ...{ arrivedAt: instant(row.arrived_at), closedAt: instant(row.closed_at) },
  ...{ endReason: row.end_reason, changedAt: instant(row.changed_at), prospect: row.prospect },
  confirmation: {
    ...{ nextAt: instant(row.confirm_next_at), tries: row.confirm_tries },
    ...{ firstAt: instant(row.confirm_first_at), at: instant(row.confirmed_at) },
    by: row.confirmed_by,
  },
});

/** The columns of what people say of it. */
const fieldsRow = (fields: LeadFields) => ({
  ...{ customer_type: fields.customerType, channel: fields.channel, level: fields.level },
  ...{ present_car: fields.presentCar, interest_series: fields.interestSeries },
  ...{ interest_model: fields.interestModel, intended_on: fields.intendedOn },
  ...{ contact_result: fields.contactResult, next_plan: fields.nextPlan },
  ...{ next_due_at: timestamp(fields.nextDueAt), validity: fields.validity },
});

export interface NewCustomerLead {
  /** When it was set aside before. */
  id?: LeadId;
  customerId: CustomerId;
  storeId: StoreId;
  /** Its key; `''` when there is none. */
  number: string;
  name?: string;
  /** Null: nobody's yet, the store's own. */
  ownerId: string | null;
  /** By which way it came to him; `opened` when it is not said. */
  way?: OwnerWay;
  source: string;
  fields?: Partial<LeadFields>;
}

/** Makes a lead with its first owner (A31), and answers its id. */
export async function makeLead(deed: Deed, made: NewCustomerLead): Promise<LeadId> {
  const { trx, makeId, at, by } = deed;
  const id = made.id ?? makeId();
  await trx('lead').insert({
    ...{ id, customer_id: made.customerId, store_id: made.storeId, number: made.number },
    ...{ name: made.name ?? '', owner_id: made.ownerId, source: made.source },
    ...fieldsRow({ ...NOTHING_SAID, ...made.fields }),
    place: placeAtFirst(made),
    ...{ opened_at: timestamp(at), changed_at: timestamp(at) },
  });
  await trx('lead_owner').insert({
    ...{ id: makeId(), lead_id: id, owner_id: made.ownerId, way: made.way ?? 'opened' },
    ...{ by_id: by, from_at: timestamp(at) },
  });
  return id;
}

/** Null: there is none. `hold`: nobody else changes it until the transaction ends. */
export async function findFullLead(
  trx: Knex,
  id: LeadId,
  { hold = false } = {},
): Promise<Lead | null> {
  const query = trx('lead as l').where('l.id', id);
  if (hold) query.forUpdate();
  const row = await query.first<LeadTableRow | undefined>(trx.raw(LEAD_COLUMNS));
  return row ? fullLeadFromRow(row) : null;
}

/**
 * Changes what is known of a lead that was seen in this version, and its state, and answers the next version. Throws
 * `VERSION_MOVED` with the present version when somebody was faster.
 */
export async function changeLead(
  { trx, at }: Deed,
  seen: { id: LeadId; version: number },
  fields: LeadFields,
  state?: StateChange,
): Promise<number> {
  const { id, version } = seen;
  const changed = await trx('lead')
    .where({ id, version })
    .update({
      ...fieldsRow(fields),
      ...(state && stateRow(state)),
      ...{ version: version + 1, changed_at: timestamp(at) },
    });
  if (changed === 0) throw await moved(trx, 'lead', id);
  return version + 1;
}

const stateRow = (change: StateChange) => ({
  ...{ state: change.state, place: change.place, end_reason: change.endReason },
  ...{ arrived_at: timestamp(change.arrivedAt), closed_at: timestamp(change.closedAt) },
});
