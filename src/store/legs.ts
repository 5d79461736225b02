/** Rows of legs: the SIP facts of a call, one row per dialog. */
import type { Knex } from 'knex';
import type { FarSide } from '../domain/end-cause';
import type { LegSnapshot } from '../domain/records';
import { instant, run, timestamp, upsert, type Columns, type Line, type Row } from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  call_id: 'uuid',
  role: 'text',
  agent_id: 'text',
  started_at: 'timestamptz',
  ringing_at: 'timestamptz',
  answered_at: 'timestamptz',
  ended_at: 'timestamptz',
  end_cause: 'text',
  trunk_id: 'text',
  sip_status: 'integer',
  q850: 'integer',
};

const SAVE = upsert('leg', COLUMNS, 'id');

interface LegDbRow {
  id: string;
  call_id: string;
  role: LegSnapshot['role'];
  agent_id: string | null;
  started_at: Date;
  ringing_at: Date | null;
  answered_at: Date | null;
  ended_at: Date | null;
  end_cause: LegSnapshot['endCause'];
  trunk_id: string | null;
  sip_status: number | null;
  q850: number | null;
}

/** Writes each leg as it is now. At most one snapshot a leg. */
export async function saveLegs(line: Line, legs: readonly LegSnapshot[]): Promise<void> {
  await run(line, SAVE, legs.map(toRow));
}

/** The legs of a call in the order they began. */
export async function legsOfCall(db: Knex, callId: string): Promise<LegSnapshot[]> {
  const rows = await db<LegDbRow>('leg').where({ call_id: callId }).orderBy(['started_at', 'id']);
  return rows.map(fromRow);
}

function toRow(leg: LegSnapshot): Row {
  return {
    id: leg.id,
    call_id: leg.callId,
    role: leg.role,
    agent_id: leg.agentId,
    started_at: timestamp(leg.startedAt),
    ringing_at: timestamp(leg.ringingAt),
    answered_at: timestamp(leg.answeredAt),
    ended_at: timestamp(leg.endedAt),
    end_cause: leg.endCause,
    trunk_id: leg.far?.trunkId ?? null,
    sip_status: leg.far?.status ?? null,
    q850: leg.far?.q850 ?? null,
  };
}

function fromRow(row: LegDbRow): LegSnapshot {
  return {
    id: row.id,
    callId: row.call_id,
    role: row.role,
    agentId: row.agent_id,
    startedAt: instant(row.started_at),
    ringingAt: instant(row.ringing_at),
    answeredAt: instant(row.answered_at),
    endedAt: instant(row.ended_at),
    endCause: row.end_cause,
    ...farOf(row),
  };
}

function farOf({ trunk_id, sip_status, q850 }: LegDbRow): Pick<LegSnapshot, 'far'> {
  const far: FarSide = {
    ...(trunk_id === null ? {} : { trunkId: trunk_id }),
    ...(sip_status === null ? {} : { status: sip_status }),
    ...(q850 === null ? {} : { q850 }),
  };
  return Object.keys(far).length === 0 ? {} : { far };
}
