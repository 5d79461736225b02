/**
 * Ends what stands open of calls that ended while no app was there: their legs and places in a queue were
 * known to an app that is gone. So were consultations that waited in a line. A leg whose own end is told later is written
 * over this.
 */
import type { JournalRecord } from '../domain/records';
import { rowsOf, run, timestamp, type Columns, type Line, type Statement } from './statement';

type Swept = Extract<JournalRecord, { kind: 'call.swept' }>;

const COLUMNS: Columns = { call_id: 'uuid', ended_at: 'timestamptz', end_cause: 'text' };

const SWEEP: Statement = {
  name: 'sweep_calls',
  sql: `with r as materialized (select * from ${rowsOf(COLUMNS)}),
      places as (
        update queue_entry q set ended_at = r.ended_at,
          outcome = case when q.asked_by is null then 'abandoned' else 'closed' end from r
        where q.call_id = r.call_id and q.ended_at is null
      )
    update leg l set ended_at = r.ended_at, end_cause = r.end_cause from r
    where l.call_id = r.call_id and l.ended_at is null`,
};

const SWEEP_CONSULTS: Statement = {
  name: 'sweep_consults',
  sql: `update queue_entry q set ended_at = r.ended_at, outcome = 'closed'
    from ${rowsOf({ ended_at: 'timestamptz' })}
    where q.asked_by is not null and q.ended_at is null and q.joined_at < r.ended_at`,
};

/** Consultations that waited for an app that is gone. Those of the batch itself stand in their rows before. */
export async function sweepConsults(
  line: Line,
  swept: readonly Extract<JournalRecord, { kind: 'consults.swept' }>[],
): Promise<void> {
  const last = swept.at(-1);
  if (last) await run(line, SWEEP_CONSULTS, [{ ended_at: timestamp(last.endedAt) }]);
}

/** At most one record a call. */
export async function sweepCalls(line: Line, swept: readonly Swept[]): Promise<void> {
  const rows = swept.map(({ callId, endedAt, endCause }) => ({
    call_id: callId,
    ended_at: timestamp(endedAt),
    end_cause: endCause,
  }));
  await run(line, SWEEP, rows);
}
