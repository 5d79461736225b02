/**
 * Rows of calls. Milestones are columns of their own: reports are arithmetic over them.
 */
import type { Knex } from 'knex';
import type { CallSnapshot, JournalRecord } from '../domain/records';
import { instant, run, timestamp, upsert, type Columns, type Line, type Row } from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  direction: 'text',
  state: 'text',
  store_id: 'text',
  queue_id: 'text',
  hotline: 'text',
  trunk_id: 'text',
  from_number: 'text',
  to_number: 'text',
  lead_id: 'uuid',
  customer_id: 'uuid',
  agent_id: 'text',
  arrived_at: 'timestamptz',
  offered_at: 'timestamptz',
  answered_at: 'timestamptz',
  talk_started_at: 'timestamptz',
  bridged_at: 'timestamptz',
  first_talk_at: 'timestamptz',
  ended_at: 'timestamptz',
  outcome: 'text',
  end_cause: 'text',
  no_pop: 'boolean',
  menu: 'text',
  unknown_number: 'text',
  unknown_lead_id: 'uuid',
};

const { name, sql } = upsert('call', COLUMNS, 'id');
/** A lead that was found for the call afterwards stays: the call itself knows none. */
const SAVE = {
  name,
  sql: sql.replace(
    'lead_id = excluded.lead_id',
    'lead_id = coalesce(excluded.lead_id, call.lead_id)',
  ),
};

type CallSaved = Extract<JournalRecord, { kind: 'call.saved' }>;

/** A row of `call` as pg gives it. */
export interface CallDbRow {
  id: string;
  direction: CallSnapshot['direction'];
  state: CallSnapshot['state'];
  store_id: string | null;
  queue_id: string | null;
  hotline: string;
  trunk_id: string;
  from_number: string;
  to_number: string;
  lead_id: string | null;
  customer_id: string | null;
  agent_id: string | null;
  arrived_at: Date;
  offered_at: Date | null;
  answered_at: Date | null;
  talk_started_at: Date | null;
  bridged_at: Date | null;
  first_talk_at: Date | null;
  ended_at: Date | null;
  outcome: CallSnapshot['outcome'];
  end_cause: CallSnapshot['endCause'];
  no_pop: boolean;
  menu: CallSnapshot['menu'] | null;
}

/** Writes each call as it is now. At most one record a call. */
export async function saveCalls(line: Line, saved: readonly CallSaved[]): Promise<void> {
  await run(line, SAVE, saved.map(toRow));
}

export async function findCall(db: Knex, id: string): Promise<CallSnapshot | null> {
  const row = await db<CallDbRow>('call').where({ id }).first();
  return row ? callFromRow(row) : null;
}

/** Calls that were not closed when their last fact was written, oldest first. */
export async function loadOpenCalls(db: Knex): Promise<CallSnapshot[]> {
  const rows = await db('call').where('is_open', true).orderBy('arrived_at').select<CallDbRow[]>();
  return rows.map(callFromRow);
}

function toRow({ call, unknown }: CallSaved): Row {
  return {
    id: call.id,
    direction: call.direction,
    state: call.state,
    store_id: call.storeId,
    queue_id: call.queueId,
    hotline: call.hotline,
    trunk_id: call.trunkId,
    from_number: call.from,
    to_number: call.to,
    lead_id: call.leadId,
    customer_id: call.customerId,
    agent_id: call.agentId,
    arrived_at: timestamp(call.arrivedAt),
    offered_at: timestamp(call.offeredAt),
    answered_at: timestamp(call.answeredAt),
    talk_started_at: timestamp(call.talkStartedAt),
    bridged_at: timestamp(call.bridgedAt),
    first_talk_at: timestamp(call.firstTalkAt ?? null),
    ended_at: timestamp(call.endedAt),
    outcome: call.outcome,
    end_cause: call.endCause,
    no_pop: call.noPop ?? false,
    menu: call.menu ?? null,
    unknown_number: unknown?.number ?? null,
    unknown_lead_id: unknown?.leadId ?? null,
  };
}

export function callFromRow(row: CallDbRow): CallSnapshot {
  return {
    id: row.id,
    direction: row.direction,
    state: row.state,
    storeId: row.store_id,
    queueId: row.queue_id,
    hotline: row.hotline,
    trunkId: row.trunk_id,
    from: row.from_number,
    to: row.to_number,
    leadId: row.lead_id,
    customerId: row.customer_id,
    agentId: row.agent_id,
    arrivedAt: instant(row.arrived_at),
    offeredAt: instant(row.offered_at),
    answeredAt: instant(row.answered_at),
    talkStartedAt: instant(row.talk_started_at),
    bridgedAt: instant(row.bridged_at),
    endedAt: instant(row.ended_at),
    outcome: row.outcome,
    endCause: row.end_cause,
    ...(row.no_pop ? { noPop: true as const } : {}),
    ...(row.first_talk_at === null ? {} : { firstTalkAt: instant(row.first_talk_at) }),
    ...(row.menu ? { menu: row.menu } : {}),
  };
}
