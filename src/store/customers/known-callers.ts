/**
 * The leads of pre-sale calls of customers who are known already: who calls for a new car after his last lead was over is a
 * new lead of the store (A21), whose owner the rules say (Q15). Runs behind the journal as the rest of linking does, in
 * small transactions that wait for no row. Done twice it changes nothing.
 */
import type { Knex } from 'knex';
import type { AgentId, CallId, LeadId, StoreId } from '../../domain/ids';
import type { LeadLevel } from '../../domain/queue/place';
import type { Database } from '../database';
import { TELL_LEADS } from '../forms';
import { tellOpened } from '../outside-events';
import { instant, timestamp } from '../statement';
import type { Deed } from './deed';
import { whoseIs } from './distribution';
import { makeLead } from './leads';
import type { Linked } from './linking';
import { changeOwner } from './owners';

export interface KnownCallerTools {
  makeId: () => string;
  /** Who of the store may be given leads. */
  takers: (storeId: StoreId) => readonly AgentId[];
}

interface CallRow {
  id: CallId;
  store_id: StoreId;
  from_number: string;
  arrived_at: Date;
  talk_started_at: Date | null;
  lead_id: LeadId | null;
  customer_id: string | null;
  level: LeadLevel | null;
  channel: string | null;
}

/** Calls whose form says pre-sale and that stand in the timeline, if they are anybody's. */
const WAITING = `
  select c.id, c.store_id, c.from_number, c.arrived_at, c.talk_started_at, c.lead_id, k.customer_id, f.level,
    f.source as channel
  from call_form f join call c on c.id = f.call_id left join contact k on k.call_id = c.id
  where not f.in_leads and f.state = 'complete' and f.kind = 'pre-sale' and f.direction = 'inbound'
    and c.store_id is not null and (c.lead_id is not null or c.in_timeline)
  order by f.call_id limit ? for update of f, c skip locked`;

/** Looks at the forms of at most `most` such calls; `linked`: how many of them need no more looking at. */
export async function leadsOfKnownCallers(
  db: Database,
  most: number,
  { makeId, takers }: KnownCallerTools,
): Promise<Linked> {
  return db.transaction(async (trx) => {
    await trx.raw('set local synchronous_commit = off');
    const { rows } = await trx.raw<{ rows: CallRow[] }>(WAITING, [most]);
    for (const call of rows) {
      const deed = { trx, makeId, at: instant(call.arrived_at), by: '' };
      if (call.lead_id === null && call.customer_id !== null)
        await give(deed, { ...call, customer_id: call.customer_id }, takers(call.store_id));
    }
    await trx('call_form')
      .whereIn(
        'call_id',
        rows.map(({ id }) => id),
      )
      .update({ in_leads: true });
    return { found: rows.length, linked: rows.length };
  });
}

/** The lead on which somebody works meanwhile, else a new one with the owner whom the rules say. */
async function give(
  deed: Deed,
  call: CallRow & { customer_id: string },
  takers: readonly AgentId[],
): Promise<void> {
  const { trx } = deed;
  const there = await openLeadOf(trx, call);
  const leadId = there ?? (await opened(deed, call));
  await trx('call').where({ id: call.id }).update({ lead_id: leadId });
  await trx('contact').where({ call_id: call.id }).update({ lead_id: leadId });
  await trx('recording').where({ call_id: call.id }).update({ lead_id: leadId });
  await trx.raw(TELL_LEADS.sql, [[call.id]]);
  await trx.raw(
    `update lead set last_contact_at = greatest(last_contact_at, ?::timestamptz) where id = ?`,
    [timestamp(instant(call.talk_started_at)), leadId],
  );
  if (there !== null) return;
  const ownerId = await whoseIs(trx, leadId, takers);
  if (ownerId !== null) await changeOwner(deed, { leadId, ownerId, way: 'own' });
}

/** That of the customer, as whom he is known after merges, in the store; null: none. */
async function openLeadOf(
  trx: Knex,
  call: CallRow & { customer_id: string },
): Promise<LeadId | null> {
  const { rows } = await trx.raw<{ rows: { id: LeadId }[] }>(
    `select l.id from customer own join customer m on m.root_id = own.root_id join lead l on l.customer_id = m.id
     where own.id = ? and l.store_id = ? and l.closed_at is null order by l.opened_at desc, l.id desc limit 1`,
    [call.customer_id, call.store_id],
  );
  return rows[0]?.id ?? null;
}

async function opened(deed: Deed, call: CallRow & { customer_id: string }): Promise<LeadId> {
  const id = await makeLead(deed, {
    ...{ customerId: call.customer_id, storeId: call.store_id, number: call.from_number },
    ...{ ownerId: null, source: 'inbound', fields: { level: call.level, channel: call.channel } },
  });
  await deed.trx('lead').where({ id }).update({ opened_by_call: call.id, kind: 'pre-sale' });
  // Other systems hear of it as of the lead of somebody who was not known.
  await tellOpened(deed.trx, {
    ...{ id, storeId: call.store_id, number: call.from_number, source: 'inbound' },
    ...{ openedByCall: call.id, openedAt: deed.at },
  });
  return id;
}
