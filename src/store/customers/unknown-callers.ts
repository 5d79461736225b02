/**
 * Who called while nobody could say who he is (A19): the call was let go before the database was back to tell, or the app
 * fell meanwhile. What such a call has left of itself is enough: it gets the customer and the open lead that its number
 * names, else the lead that it would have opened itself, under the id that was set aside for that, so that both of them
 * make one. Runs behind the journal as the rest of linking does. Done twice it changes nothing.
 */
import type { Knex } from 'knex';
import type { Lookup } from '../../domain/events';
import type { CallId, LeadId, StoreId } from '../../domain/ids';
import type { Identifies } from '../../domain/number/identity';
import type { CallDirection, NewLead } from '../../domain/records';
import type { Instant } from '../../domain/time';
import type { Database } from '../database';
import { TELL_LEADS } from '../forms';
import { openLeads } from '../leads';
import { callerLookup } from '../lookup';
import { tellOpened } from '../outside-events';
import { fileLater } from '../recordings';
import { instant, lineOf } from '../statement';
import type { Linked } from './linking';

export interface UnknownCallerTools {
  identifies: (number: string, at: Instant) => Identifies;
  /** A call that still asks for itself. */
  isLive: (callId: CallId) => boolean;
  /** Only of calls that ended before this. */
  endedBefore: Instant;
}

interface CallRow {
  id: CallId;
  store_id: StoreId;
  direction: CallDirection;
  arrived_at: Date;
  ended_at: Date;
  unknown_number: string;
  unknown_lead_id: LeadId;
  is_known: boolean;
}

/** A call that others write is left for the next time. */
const WAITING = `
  select id, store_id, direction, arrived_at, ended_at, unknown_number, unknown_lead_id,
    lead_id is not null or customer_id is not null as is_known
  from call where unknown_lead_id is not null
  order by ended_at, id limit ? for update skip locked`;

/** Looks at the oldest of at most `most` such calls; `later`: some of them may still find out for themselves. */
export async function knowCallers(
  db: Database,
  most: number,
  tools: UnknownCallerTools,
): Promise<Linked & { later: boolean }> {
  return db.transaction(async (trx) => {
    await trx.raw('set local synchronous_commit = off');
    const { rows } = await trx.raw<{ rows: CallRow[] }>(WAITING, [most]);
    const due = rows.filter(
      ({ id, ended_at }) => instant(ended_at) < tools.endedBefore && !tools.isLive(id),
    );
    for (const call of due) await know(trx, call, tools);
    return { found: rows.length, linked: due.length, later: due.length < rows.length };
  });
}

async function know(
  trx: Knex.Transaction,
  call: CallRow,
  tools: UnknownCallerTools,
): Promise<void> {
  // What was learnt after all stands, and nothing is to be found any more.
  if (!call.is_known) await give(trx, call, await whoIs(trx, call, tools));
  await trx('call').where({ id: call.id }).update({ unknown_number: null, unknown_lead_id: null });
}

interface Known {
  leadId: LeadId | null;
  customerId: string | null;
}

/** Whom the look-up would have found; nobody: his lead is opened. */
async function whoIs(
  trx: Knex.Transaction,
  call: CallRow,
  { identifies }: UnknownCallerTools,
): Promise<Known> {
  const at = instant(call.arrived_at);
  const placed = call.direction !== 'inbound';
  const lookup: Lookup = await callerLookup(trx, (number) => identifies(number, at)).find(
    call.store_id,
    call.unknown_number,
    placed,
  );
  switch (lookup.result) {
    case 'found':
      return { leadId: lookup.leadId ?? null, customerId: lookup.customerId ?? null };
    case 'none':
      await open(trx, call);
      return { leadId: call.unknown_lead_id, customerId: null };
    case 'unavailable':
      throw new Error(`the look-up for call ${call.id} failed`);
  }
}

/** As the call would have done it, with what other systems are told of it. */
async function open(trx: Knex.Transaction, call: CallRow): Promise<void> {
  const lead: NewLead = {
    ...{ id: call.unknown_lead_id, storeId: call.store_id, number: call.unknown_number },
    source: call.direction === 'outbound' ? 'outbound' : 'inbound',
    ...{ openedByCall: call.id, openedAt: instant(call.arrived_at) },
  };
  await openLeads(await lineOf(trx), [lead]);
  await tellOpened(trx, lead);
}

/** The call, and what hangs on it; its place in the timeline and a lead of its form have waited for that. */
async function give(trx: Knex.Transaction, { id }: CallRow, known: Known): Promise<void> {
  await trx('call').where({ id }).update({ lead_id: known.leadId, customer_id: known.customerId });
  await trx.raw(fileLater('r.call_id = ?'), [id]);
  await trx.raw(TELL_LEADS.sql, [[id]]);
}
