/**
 * Attempts to reach somebody: claimed with a lease, their intent committed, and closed when a fallen app left them
 * open. Decides who of several has a claim; what it is for, the domain knows.
 */
import type { AttemptId } from '../domain/ids';
import type { AttemptSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import type { Attempts } from '../engine/ports';
import type { Database } from './database';
import {
  instant,
  prepared,
  run,
  timestamp,
  upsert,
  type Columns,
  type Line,
  type Row,
} from './statement';
import type { Knex } from 'knex';

const COLUMNS: Columns = {
  id: 'uuid',
  subject_kind: 'text',
  subject_id: 'uuid',
  store_id: 'text',
  number: 'text',
  call_id: 'uuid',
  agent_id: 'text',
  state: 'text',
  claimed_at: 'timestamptz',
  lease_until: 'timestamptz',
  dialled_at: 'timestamptz',
  ringing_at: 'timestamptz',
  answered_at: 'timestamptz',
  connected_at: 'timestamptz',
  ended_at: 'timestamptz',
  outcome: 'text',
};
const NAMES = Object.keys(COLUMNS);
const SAVE = upsert('attempt', COLUMNS, 'id');

/**
 * Its promise is open, nobody is about to change it, and no other attempt to keep it is open: of two that claim at
 * once the second finds the row locked, or the first one's attempt.
 */
const CLAIM = {
  name: 'claim_attempt',
  sql: `with subject as (
      select id from promise where id = ? and state in ('open', 'claimed') for update skip locked
    )
    insert into attempt (${NAMES.join(', ')})
    select ${NAMES.map((name) => (name === 'subject_id' ? 'subject.id' : `?::${COLUMNS[name]}`)).join(', ')} from subject
    on conflict (subject_kind, subject_id) where outcome is null do nothing
    returning id`,
};

/** Once, and only while the lease lasts: what nobody has any more is not dialled. */
const INTEND = {
  name: 'intend_attempt',
  sql: `update attempt set state = 'dialling', dialled_at = ?, lease_until = ?, agent_id = ?
    where id = ? and outcome is null and dialled_at is null and lease_until > ?
    returning id`,
};

/** Who had them is gone. They talked, if that was written; else nobody knows what became of it. */
const CLOSE = {
  name: 'close_lost_attempts',
  sql: `update attempt set state = 'done', ended_at = ?,
      outcome = case when connected_at is null then 'lost' else 'talk' end
    where outcome is null and lease_until <= ?
    returning ${NAMES.join(', ')}`,
};

interface AttemptDbRow {
  id: string;
  subject_kind: AttemptSnapshot['subject']['kind'];
  subject_id: string;
  store_id: string;
  number: string;
  call_id: string;
  agent_id: string | null;
  state: AttemptSnapshot['state'];
  claimed_at: Date;
  lease_until: Date;
  dialled_at: Date | null;
  ringing_at: Date | null;
  answered_at: Date | null;
  connected_at: Date | null;
  ended_at: Date | null;
  outcome: AttemptSnapshot['outcome'];
}

/** The port of the engine; everything rejects while the database is away. */
export function storeAttempts(db: Database): Attempts {
  return {
    async claim(attempt) {
      const row = toRow(attempt);
      const values = NAMES.filter((name) => name !== 'subject_id').map((name) => row[name] ?? null);
      const made = await prepared(db, CLAIM, [
        attempt.subject.id,
        ...(values as Knex.RawBinding[]),
      ]);
      return made.length > 0;
    },
    async intend(id, { at, leaseUntil, agentId }) {
      const values = [timestamp(at), timestamp(leaseUntil), agentId, id, timestamp(at)];
      return (await prepared(db, INTEND, values)).length > 0;
    },
    closeLost: (at) => closeLost(db, at),
  };
}

async function closeLost(db: Database, at: Instant) {
  const rows = await prepared<AttemptDbRow>(db, CLOSE, [timestamp(at), timestamp(at)]);
  const [next] = await db<AttemptDbRow>('attempt')
    .whereNull('outcome')
    .min<{ until: Date | null }[]>('lease_until as until');
  return { lost: rows.map(fromRow), nextAt: instant(next?.until ?? null) };
}

/** As they are now; at most one snapshot an attempt. */
export async function saveAttempts(
  line: Line,
  attempts: readonly AttemptSnapshot[],
): Promise<void> {
  await run(line, SAVE, attempts.map(toRow));
}

/** What was attempted for it, the first first. */
export async function attemptsAt(
  db: Database,
  { kind, id }: AttemptSnapshot['subject'],
): Promise<AttemptSnapshot[]> {
  const rows = await db<AttemptDbRow>('attempt')
    .where({ subject_kind: kind, subject_id: id })
    .orderBy(['claimed_at', 'id']);
  return rows.map(fromRow);
}

/** Null when there is none. */
export async function findAttempt(db: Database, id: AttemptId): Promise<AttemptSnapshot | null> {
  const row = await db<AttemptDbRow>('attempt').where({ id }).first();
  return row ? fromRow(row) : null;
}

const toRow = (attempt: AttemptSnapshot): Row => ({
  id: attempt.id,
  subject_kind: attempt.subject.kind,
  subject_id: attempt.subject.id,
  store_id: attempt.storeId,
  number: attempt.number,
  call_id: attempt.callId,
  agent_id: attempt.agentId,
  state: attempt.state,
  claimed_at: timestamp(attempt.claimedAt),
  lease_until: timestamp(attempt.leaseUntil),
  dialled_at: timestamp(attempt.dialledAt),
  ringing_at: timestamp(attempt.ringingAt),
  answered_at: timestamp(attempt.answeredAt),
  connected_at: timestamp(attempt.connectedAt),
  ended_at: timestamp(attempt.endedAt),
  outcome: attempt.outcome,
});

const fromRow = (row: AttemptDbRow): AttemptSnapshot => ({
  id: row.id,
  subject: { kind: row.subject_kind, id: row.subject_id },
  storeId: row.store_id,
  number: row.number,
  callId: row.call_id,
  agentId: row.agent_id,
  state: row.state,
  claimedAt: instant(row.claimed_at),
  leaseUntil: instant(row.lease_until),
  dialledAt: instant(row.dialled_at),
  ringingAt: instant(row.ringing_at),
  answeredAt: instant(row.answered_at),
  connectedAt: instant(row.connected_at),
  endedAt: instant(row.ended_at),
  outcome: row.outcome,
});
