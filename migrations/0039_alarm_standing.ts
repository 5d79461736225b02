/**
 * Alarms that are the same one, told again and again until they are over, in one row, made when they are told: who asks
 * which of them stand does not put all that were ever told together for it. Of those before, put together once, here.
 */
import type { Knex } from 'knex';

/** As the catalogue had them: what ends an alarm, where something does, and what of its detail tells one from another. */
const KINDS: readonly [begins: string, ends: string | null, sameBy: 'place' | 'name' | 'detail'][] =
  [
    ['RECORDING_DISK', null, 'place'],
    ['EMERGENCY_CALL', null, 'detail'],
    ['EMERGENCY_REFUSED', null, 'detail'],
    ['EMERGENCY_FAILED', null, 'detail'],
    ['SEAT_PIN_BLOCKED', null, 'detail'],
    ['DIAL_LIMIT', null, 'name'],
    ['RECORDING_COUNTS', null, 'detail'],
    ['RECORDING_UNLINKED', 'RECORDING_LINKED', 'place'],
    ['OVER_CAPACITY', null, 'place'],
    ['MEDIA_FULL', null, 'place'],
    ['LEDGER_UNBALANCED', null, 'detail'],
    ['HOTLINE_TEST_FAILED', 'HOTLINE_TEST_PASSED', 'name'],
    ['TRUNK_NEARLY_FULL', 'TRUNK_HAS_ROOM', 'name'],
    ['TRUNK_NOT_REGISTERED', 'TRUNK_REGISTERED', 'name'],
    ['TRUNK_GATEWAY_DOWN', 'TRUNK_GATEWAY_UP', 'detail'],
    ['DESKTOPS_GONE', 'DESKTOPS_BACK', 'place'],
    ['READ_ONLY', 'READ_ONLY_OVER', 'place'],
    ['CERTIFICATE_BAD', null, 'place'],
    ['CLOCK_OFF', 'CLOCK_RIGHT', 'place'],
    ['WEBHOOK_PAUSED', 'WEBHOOK_RESUMED', 'name'],
    ['BACKUP_FAILED', 'BACKUP_MADE', 'place'],
    ['TEXT_LIMIT', null, 'place'],
    ['TEXT_GATEWAY_DOWN', 'TEXT_GATEWAY_UP', 'place'],
  ];

const kinds = KINDS.flatMap(([begins, ends, sameBy]) =>
  [begins, ...(ends === null ? [] : [ends])].map((code) => ({
    ...{ code, begins, is_end: code === ends, ended_by: ends, same_by: sameBy },
  })),
);

/** A row begins another alarm where the one before of the same was its end, or where nothing ends it and a day was quiet. */
const PUT_TOGETHER = `
  with told as (
    select a.id, a.at, a.detail, a.store_id, k.begins, k.is_end, k.ended_by,
      case k.same_by when 'detail' then a.detail when 'name' then split_part(a.detail, ': ', 1)
        else '' end as subject
    from alarm a join jsonb_to_recordset(?::jsonb)
      as k(code text, begins text, is_end boolean, ended_by text, same_by text) on k.code = a.code
  ), marked as (
    select *, lag(is_end) over same as after_end, at - lag(at) over same as quiet from told
    window same as (partition by begins, store_id, subject order by at, id)
  ), numbered as (
    select *, count(*) filter (
      where after_end is null or after_end or (ended_by is null and quiet >= interval '1 day')
    ) over (partition by begins, store_id, subject order by at, id) as number from marked
  )
  insert into raised_alarm
    (id, code, store_id, subject, detail, first_at, last_at, count, over_at, ended_by)
  select (array_agg(id order by at, id) filter (where not is_end))[1], begins, store_id, subject,
    (array_agg(detail order by at desc, id desc) filter (where not is_end))[1],
    min(at) filter (where not is_end), max(at) filter (where not is_end),
    (count(*) filter (where not is_end))::integer,
    case when ended_by is null then max(at) filter (where not is_end) + interval '1 day'
      else coalesce(min(at) filter (where is_end), 'infinity') end,
    case when bool_or(is_end) then ended_by end
  from numbered group by begins, store_id, subject, ended_by, number
  having bool_or(not is_end)`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table raised_alarm (
      id uuid primary key,
      code text not null,
      store_id text,
      subject text not null,
      detail text not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      count integer not null,
      over_at timestamptz not null,
      ended_by text
    );
    create index raised_alarm_over on raised_alarm (over_at);
    create index raised_alarm_list on raised_alarm (first_at, id);
    create index raised_alarm_store on raised_alarm (store_id, first_at, id);
    create index session_over on session (coalesce(ended_at, expires_at));
  `);
  await knex.raw(PUT_TOGETHER, [JSON.stringify(kinds)]);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop index session_over; drop table raised_alarm');
}
