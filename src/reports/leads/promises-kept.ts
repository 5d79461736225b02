/** How follow-ups and call backs came out that were due in a span of time; what was withdrawn was promised to nobody. */
import type { Knex } from 'knex';
import {
  keptByPerson,
  keptCounts,
  keptOf,
  type KeptCounts,
  type Promised,
} from '../../domain/metrics/promises-kept';
import type { LeadReportAsked, PromisesKeptReport } from '../../http/lead-report-ports';
import { spanOf } from './span';

const FOLLOW_UPS = `
  select agent_id, due_at, done_at from follow_up
  where store_id = :store and due_at >= :from and due_at < :to and state <> 'withdrawn'`;

/** Of a call back stands whether it was in time, and not when it was. */
const CALL_BACKS = `
  select null as agent_id, due_at,
    case state when 'kept' then due_at when 'late' then due_at + interval '1 millisecond' end as done_at
  from promise where store_id = :store and due_at >= :from and due_at < :to and state <> 'withdrawn'`;

interface Row {
  agent_id: string | null;
  due_at: Date;
  done_at: Date | null;
}

export async function promisesKeptReport(
  db: Knex,
  asked: LeadReportAsked,
): Promise<PromisesKeptReport> {
  const read = async (sql: string): Promise<Promised[]> => {
    const { rows } = await db.raw<{ rows: Row[] }>(sql, spanOf(asked));
    return rows.map((row) => ({
      ...{ agentId: row.agent_id, dueAt: row.due_at.getTime() },
      doneAt: row.done_at?.getTime() ?? null,
    }));
  };
  const [followUps, callBacks] = await Promise.all([FOLLOW_UPS, CALL_BACKS].map(read));
  const counted = (all: readonly Promised[] = []): KeptCounts =>
    keptCounts(all.map((one) => keptOf(one, asked.now)));
  return {
    ...{ followUps: counted(followUps), callBacks: counted(callBacks) },
    people: keptByPerson(followUps ?? [], asked.now),
  };
}
