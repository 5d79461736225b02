/** Rows of what was expected of waits, and what came. */
import type { Knex } from 'knex';
import type { Came, Expected } from '../domain/queue/expect';
import type { WaitSnapshot } from '../domain/records';
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
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  ...{ entry_id: 'uuid', at: 'timestamptz', call_id: 'uuid', queue_id: 'text' },
  ...{ position: 'integer', working: 'integer', caller_ms: 'double precision' },
  ...{ patience_ms: 'double precision', pace_ms: 'double precision' },
  ...{ median_ms: 'double precision', from_minutes: 'integer', to_minutes: 'integer' },
  ...{ told: 'boolean', came_at: 'timestamptz', came: 'text' },
};

const SAVE = upsert('expected_wait', COLUMNS, 'entry_id, at');

/** Nobody looks back further. */
export const LOOK_BACK_DAYS = 30;

/** Every queue that has any, by one step through the index for each: rows are many, and queues few. */
const QUEUES = `recursive queue(id) as (
    (select queue_id from expected_wait order by queue_id limit 1)
    union all
    select (
      select queue_id from expected_wait where queue_id > queue.id order by queue_id limit 1
    ) from queue where queue.id is not null
  )`;

/** As many of each queue as are looked back at; and those that are still open. */
export const RECENT = `
  with ${QUEUES}
  select recent.* from queue cross join lateral (
    select * from expected_wait
    where expected_wait.queue_id = queue.id and came_at > now() - interval '${LOOK_BACK_DAYS} days'
    order by came_at desc limit 200
  ) recent
  union all
  select expected_wait.* from expected_wait
  join call on call.id = expected_wait.call_id
  where came_at is null and call.outcome is null
  order by came_at, at`;

interface WaitDbRow {
  entry_id: string;
  at: Date;
  call_id: string;
  queue_id: string;
  position: number;
  working: number;
  caller_ms: number;
  patience_ms: number | null;
  pace_ms: number;
  median_ms: number;
  from_minutes: number | null;
  to_minutes: number | null;
  told: boolean;
  came_at: Date | null;
  came: Came['how'] | null;
}

/** At most one snapshot of a wait and moment. */
export async function saveWaits(line: Line, waits: readonly WaitSnapshot[]): Promise<void> {
  await run(line, SAVE, waits.map(toRow));
}

/** In the order in which they were over, those that are open last. */
export async function loadWaits(db: Knex): Promise<WaitSnapshot[]> {
  const { rows } = await db.raw<{ rows: WaitDbRow[] }>(RECENT);
  return rows.map(fromRow);
}

/** Beyond that, and those whose end nobody told. */
const SWEEP: Statement = {
  name: 'sweep_waits',
  sql: `with ${QUEUES}, old as (
      select gone.* from queue cross join lateral (
        select entry_id, at from expected_wait
        where expected_wait.queue_id = queue.id and came_at < now() - interval '${LOOK_BACK_DAYS} days'
        limit ?::integer
      ) gone
      union all
      select entry_id, at from expected_wait
      where came_at is null and at < now() - interval '${LOOK_BACK_DAYS} days'
    )
    delete from expected_wait using (select * from old limit ?::integer) gone
    where expected_wait.entry_id = gone.entry_id and expected_wait.at = gone.at
    returning expected_wait.entry_id`,
};

/** Deletes at most `most` of those that nobody looks back at; how many there were. */
export const sweepWaits = async (db: Database, most: number): Promise<number> =>
  (await prepared(db, SWEEP, [most, most])).length;

function toRow({ entryId, callId, queueId, expected, came }: WaitSnapshot): Row {
  const { at, position, working, rates, paceMs, medianMs, range, told } = expected;
  return {
    ...{ entry_id: entryId, at: timestamp(at), call_id: callId, queue_id: queueId },
    ...{ position, working, caller_ms: rates.callerMs, patience_ms: rates.patienceMs },
    ...{ pace_ms: paceMs, median_ms: medianMs, told },
    ...{ from_minutes: range?.[0] ?? null, to_minutes: range?.[1] ?? null },
    ...{ came_at: timestamp(came?.at ?? null), came: came?.how ?? null },
  };
}

function fromRow(row: WaitDbRow): WaitSnapshot {
  const { from_minutes: from, to_minutes: to, came_at: cameAt, came: how } = row;
  const expected: Expected = {
    at: instant(row.at),
    position: row.position,
    working: row.working,
    rates: { callerMs: row.caller_ms, patienceMs: row.patience_ms },
    paceMs: row.pace_ms,
    medianMs: row.median_ms,
    range: from === null || to === null ? null : [from, to],
    told: row.told,
  };
  return {
    ...{ callId: row.call_id, entryId: row.entry_id, queueId: row.queue_id, expected },
    came: cameAt === null || how === null ? null : { at: instant(cameAt), how },
  };
}
