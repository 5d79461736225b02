/** Alarms as they are read, those that are one and the same together; journal-events.ts writes their rows. */
import { ALARM_KINDS, STANDS_MS } from '../domain/alarm-standing';
import type { AlarmCode } from '../domain/alarm';
import type { AlarmFilter, AlarmRow, Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import { page } from './page';

interface AlarmDbRow {
  /** That of its first row. */
  id: string;
  code: AlarmCode;
  store_id: string | null;
  detail: string;
  first_at: Date;
  last_at: Date;
  count: number;
  ended_at: Date | null;
  ended_by: AlarmCode | null;
}

/**
 * A row begins another alarm where the one before of the same was its end, or where nothing ends it and it was quiet for long
 * enough. An end without a beginning is none: READ_ONLY_OVER is told at a start, too. Codes that the catalogue does not have,
 * of another version, have no text and are left out.
 */
const ALARMS = `(
  with told as (
    select a.id, a.at, a.detail, a.store_id, k.begins, k."isEnd" as is_end, k."endedBy" as ended_by,
      case k."sameBy" when 'detail' then a.detail when 'name' then split_part(a.detail, ': ', 1)
        else '' end as subject
    from alarm a join jsonb_to_recordset(:kinds::jsonb)
      as k(code text, begins text, "isEnd" boolean, "endedBy" text, "sameBy" text) on k.code = a.code
    where a.store_id = any(:stores::text[]) or (a.store_id is null and :machine::boolean)
  ), marked as (
    select *, lag(is_end) over same as after_end, at - lag(at) over same as quiet from told
    window same as (partition by begins, store_id, subject order by at, id)
  ), numbered as (
    select *, count(*) filter (
      where after_end is null or after_end or (ended_by is null and quiet >= :stands::interval)
    ) over (partition by begins, store_id, subject order by at, id) as number from marked
  ), gathered as (
    select begins as code, store_id, ended_by,
      (array_agg(id order by at, id) filter (where not is_end))[1] as id,
      (array_agg(detail order by at desc, id desc) filter (where not is_end))[1] as detail,
      min(at) filter (where not is_end) as first_at,
      max(at) filter (where not is_end) as last_at,
      (count(*) filter (where not is_end))::int as count,
      min(at) filter (where is_end) as told_over_at
    from numbered group by begins, store_id, subject, ended_by, number
    having bool_or(not is_end)
  )
  select id, code, store_id, detail, first_at, last_at, count,
    case when told_over_at is not null then ended_by end as ended_by,
    case when ended_by is not null then told_over_at
      when last_at + :stands::interval <= :now::timestamptz then last_at + :stands::interval
      end as ended_at
  from gathered
) as raised`;

/** The one that began last first. */
export function alarmPage(
  db: Database,
  { storeIds, machine, standing, now }: AlarmFilter,
  request: PageRequest,
): Promise<Page<AlarmRow>> {
  const raised = db.raw(ALARMS, {
    kinds: JSON.stringify(ALARM_KINDS),
    stores: [...storeIds],
    machine,
    stands: `${STANDS_MS} milliseconds`,
    now: new Date(now),
  });
  const query = db.select<AlarmDbRow[]>('*').from<AlarmDbRow>(raised);
  if (standing) query.whereNull('ended_at');
  return page(query as never, request, { timeColumn: 'first_at', fromRow: alarmFromRow });
}

const alarmFromRow = (row: AlarmDbRow): AlarmRow => ({
  ...{ id: row.id, code: row.code, storeId: row.store_id, detail: row.detail },
  ...{ firstAt: row.first_at.getTime(), lastAt: row.last_at.getTime(), count: row.count },
  ...{ endedAt: row.ended_at?.getTime() ?? null, endedBy: row.ended_by },
});
