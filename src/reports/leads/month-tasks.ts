/** How many leads each source of the showroom has handed to the centre in evening meetings (A35, Q20). */
import type { Knex } from 'knex';
import { monthTasks } from '../../domain/lead/information-fee';
import { UNDONE } from '../../domain/lead/lead';
import type { LeadReportAsked, Measured, MonthTasksReport } from '../../http/lead-report-ports';
import { spanOf } from './span';

/** The source is whose it was until then; what was taken back does not count. */
const TRANSFERRED = `
  select source.owner_id as person, count(distinct taken.lead_id)::int as count
  from lead_owner taken join lead l on l.id = taken.lead_id
  join lateral (
    select owner_id from lead_owner before
    where before.lead_id = taken.lead_id and before.until_at <= taken.from_at and before.id <> taken.id
    order by before.until_at desc, before.from_at desc limit 1
  ) source on source.owner_id is not null
  where l.store_id = :store and taken.way = 'evening-meeting' and taken.from_at >= :from and taken.from_at < :to
    and not exists (select from lead_owner back
      where back.lead_id = taken.lead_id and back.from_at = taken.until_at and back.reason = :undone)
  group by 1 order by 1`;

export async function monthTasksReport(
  db: Knex,
  asked: LeadReportAsked & { sources: readonly Pick<Measured, 'id' | 'name'>[] },
): Promise<MonthTasksReport> {
  const { rows } = await db.raw<{ rows: { person: string; count: number }[] }>(TRANSFERRED, {
    ...spanOf(asked),
    undone: UNDONE,
  });
  const names = new Map(asked.sources.map(({ id, name }) => [id, name]));
  const counts = new Map(rows.map(({ person, count }) => [person, count]));
  const tasks = monthTasks([...names.keys()], counts, asked.rules);
  return {
    people: tasks.map((task) => ({ ...task, name: names.get(task.personId) ?? task.personId })),
  };
}
