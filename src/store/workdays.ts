/** What agents have done today, read from the legs to their phones: so that a restart takes nobody's turn. */
import type { Knex } from 'knex';
import type { DaySoFar } from '../domain/agent/workday';

/** The day of each person's store. A talk that goes on counts until now, of one over midnight what is today's. */
const WORK_TODAY = `
  select l.agent_id as id,
    count(*) filter (where c.direction = 'inbound' and l.answered_at >= day.starts_at)::int as calls,
    coalesce(sum(extract(epoch from
      coalesce(l.ended_at, now()) - greatest(l.answered_at, day.starts_at)
    )) filter (where l.answered_at is not null) * 1000, 0)::float8 as talk_ms,
    max(l.started_at) filter (
      where c.direction = 'inbound' and l.started_at >= day.starts_at
    ) as asked_at
  from call c
  join leg l on l.call_id = c.id and l.role = 'agent'
  join person p on p.id = l.agent_id and p.removed_at is null
  join store s on s.id = p.store_id
  cross join lateral (
    select date_trunc('day', now() at time zone s.timezone) at time zone s.timezone as starts_at
  ) day
  where c.arrived_at >= now() - interval '2 days'
    and coalesce(l.ended_at, now()) >= day.starts_at
  group by l.agent_id`;

interface WorkDbRow {
  id: string;
  calls: number;
  talk_ms: number;
  asked_at: Date | null;
}

/** Everybody of the plan whose phone rang today. */
export async function loadWorkdays(db: Knex): Promise<DaySoFar[]> {
  const { rows } = await db.raw<{ rows: WorkDbRow[] }>(WORK_TODAY);
  return rows.map(({ id, calls, talk_ms, asked_at }) => ({
    ...{ id, calls },
    talkMs: Math.round(talk_ms),
    askedAt: asked_at === null ? null : asked_at.getTime(),
  }));
}
