/** How a queue was on some days: who called when, how long talks were, and how long callers waited. */
import type { Knex } from 'knex';
import type { QueueId } from '../domain/ids';
import { QUARTER_MS, type SeenLoad } from '../domain/staffing/need';
import type { Instant } from '../domain/time';

/** From and until (exclusive). */
export type DaySpan = readonly [from: Instant, to: Instant];

interface LoadRow {
  quarter: number;
  callers: number;
  talks: number;
  talked_s: number | null;
  waited_s: number | null;
  left: number;
}

/** Callers who were sent on are counted in the queue in which they ended. Days without a caller count as days. */
export async function queueLoad(
  db: Knex,
  queueId: QueueId,
  days: readonly DaySpan[],
): Promise<SeenLoad> {
  const callers = new Map<number, number>();
  const sum = { talks: 0, talkedS: 0, waitedS: 0, left: 0 };
  for (const [from, to] of days) {
    for (const row of await loadOf(db, queueId, [from, to])) {
      callers.set(row.quarter, (callers.get(row.quarter) ?? 0) + row.callers);
      sum.talks += row.talks;
      sum.talkedS += row.talked_s ?? 0;
      sum.waitedS += row.waited_s ?? 0;
      sum.left += row.left;
    }
  }
  return {
    days: days.length,
    callers,
    talkMs: sum.talks === 0 ? null : (sum.talkedS / sum.talks) * 1000,
    waitedMs: sum.waitedS * 1000,
    left: sum.left,
  };
}

async function loadOf(db: Knex, queueId: QueueId, [from, to]: DaySpan): Promise<LoadRow[]> {
  const seconds = (span: string) => `extract(epoch from ${span})::float8`;
  const { rows } = await db.raw<{ rows: LoadRow[] }>(
    `select floor(${seconds('arrived_at - :from::timestamptz')} / :quarter)::int as quarter,
       count(*)::int as callers,
       (count(*) filter (where outcome = 'talk'))::int as talks,
       sum(${seconds('ended_at - talk_started_at')}) filter (where outcome = 'talk') as talked_s,
       sum(${seconds('coalesce(talk_started_at, ended_at) - arrived_at')}) as waited_s,
       (count(*) filter (where outcome = 'left'))::int as left
     from call
     where direction = 'inbound' and queue_id = :queueId and ended_at is not null
       and outcome not in ('refused', 'blocked', 'over-capacity')
       and arrived_at >= :from::timestamptz and arrived_at < :to::timestamptz
     group by 1`,
    { queueId, from: new Date(from), to: new Date(to), quarter: QUARTER_MS / 1000 },
  );
  return rows;
}
