/** Who left a queue a moment ago, so that he has his place back also after a restart. */
import type { Knex } from 'knex';
import type { Left } from '../domain/queue/left';

/**
 * The last call of each number, if its caller left; or if he waits with a place that he has had before. Longer than an
 * hour ago no plan lets him keep it.
 */
const RECENT = `
  select * from (
    select distinct on (e.queue_id, c.from_number) e.queue_id, c.from_number as number, e.joined_at,
      coalesce(e.ended_at, c.arrived_at) as left_at, e.outcome, c.arrived_at
    from queue_entry e
    join call c on c.id = e.call_id
    where c.arrived_at > now() - interval '1 day' and c.direction = 'inbound'
      and c.from_number <> '' and e.asked_by is null
    order by e.queue_id, c.from_number, c.arrived_at desc, e.id desc
  ) last
  where left_at > now() - interval '1 hour'
    and (outcome = 'abandoned' or (outcome is null and joined_at < arrived_at))
  order by left_at`;

interface LeftDbRow {
  queue_id: string;
  number: string;
  joined_at: Date;
  left_at: Date;
}

export async function loadRecentLeavers(db: Knex): Promise<Left[]> {
  const { rows } = await db.raw<{ rows: LeftDbRow[] }>(RECENT);
  return rows.map((row) => ({
    queueId: row.queue_id,
    number: row.number,
    joinedAt: row.joined_at.getTime(),
    leftAt: row.left_at.getTime(),
  }));
}
