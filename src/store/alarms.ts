/**
 * Alarms that are the same one, told again and again until they are over, in one row (`raised_alarm`): put together as
 * they are told, so that who asks which of them stand reads those alone. `over_at` is when it is over: `infinity` while
 * its end is to be told; of one that nothing ends a day after it was told last. Each by itself stands in `alarm`.
 */
import type { Knex } from 'knex';
import type { AlarmCode } from '../domain/alarm';
import { ALARM_KINDS, alarmKey, STANDS_MS, type AlarmKey } from '../domain/alarm-standing';
import type { JournalRecord } from '../domain/records';
import type { Instant } from '../domain/time';
import type { AlarmFilter, AlarmRow, Page, PageRequest } from '../http/queries';
import type { Database } from './database';
import { page } from './page';
import {
  prepared,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Statement,
} from './statement';

interface Noted {
  id: string;
  at: Instant;
  record: Extract<JournalRecord, { kind: 'alarm.raised' }>;
}

const TOLD: Columns = {
  ...{ id: 'uuid', at: 'timestamptz', code: 'text', store_id: 'text', subject: 'text' },
  ...{ detail: 'text', over_at: 'timestamptz' },
};

/** The row of the same alarm that is not over; there is none of one that is. */
const SAME = `a.code = r.code and a.store_id is not distinct from r.store_id and a.subject = r.subject
  and a.ended_by is null and a.over_at > r.at`;

const RAISE: Statement = {
  name: 'raise_alarm',
  sql: `with r as materialized (select * from ${rowsOf(TOLD)}), again as (
      update raised_alarm a set last_at = r.at, detail = r.detail, count = a.count + 1, over_at = r.over_at
      from r where ${SAME} returning a.id
    )
    insert into raised_alarm (id, code, store_id, subject, detail, first_at, last_at, count, over_at)
    select r.id, r.code, r.store_id, r.subject, r.detail, r.at, r.at, 1, r.over_at
    from r where not exists (select 1 from again)`,
};

const END: Statement = {
  name: 'end_alarm',
  sql: `update raised_alarm a set over_at = r.at, ended_by = r.ended_by
    from ${rowsOf({ ...TOLD, ended_by: 'text' })} where ${SAME}`,
};

/** In their order: each may be about the one before. */
export async function putTogether(line: Line, alarms: readonly Noted[]): Promise<void> {
  await Promise.all(alarms.map((alarm) => putWithOthers(line, alarm)));
}

async function putWithOthers(line: Line, { id, at, record }: Noted): Promise<void> {
  const { isEnd, endedBy } = ALARM_KINDS[record.code];
  const { code, storeId, subject } = alarmKey(record);
  const over = endedBy === null ? timestamp(at + STANDS_MS) : 'infinity';
  const told = { id, at: timestamp(at), code, store_id: storeId, subject, detail: record.detail };
  if (isEnd) await run(line, END, [{ ...told, over_at: over, ended_by: record.code }]);
  else await run(line, RAISE, [{ ...told, over_at: over }]);
}

/** Those that stand until their end is told. */
export async function loadStandingAlarms(db: Knex): Promise<AlarmKey[]> {
  const rows = await db<AlarmDbRow>('raised_alarm')
    .whereIn('code', CODES)
    .whereRaw(`over_at = 'infinity'`)
    .orderBy([{ column: 'first_at' }, { column: 'id' }]);
  return rows.map(({ code, store_id: storeId, subject }) => ({ code, storeId, subject }));
}

interface AlarmDbRow {
  /** That of its first row. */
  id: string;
  code: AlarmCode;
  store_id: string | null;
  subject: string;
  detail: string;
  first_at: Date;
  last_at: Date;
  count: number;
  /** `infinity` is a number. */
  over_at: Date | number;
  ended_by: AlarmCode | null;
}

/** Those of another version have no text, and are left out. */
const CODES = Object.keys(ALARM_KINDS) as AlarmCode[];

/** The one that began last first. */
export function alarmPage(
  db: Database,
  filter: AlarmFilter,
  request: PageRequest,
): Promise<Page<AlarmRow>> {
  return page(alarmsOf(db, filter), request, {
    timeColumn: 'first_at',
    fromRow: (row) => alarmFromRow(row, filter.now),
  });
}

export function alarmsOf(
  db: Database,
  { storeIds, machine, standing, now }: AlarmFilter,
): Knex.QueryBuilder<AlarmDbRow, AlarmDbRow[]> {
  const query = db<AlarmDbRow>('raised_alarm').whereIn('code', CODES);
  query.where((whose) => {
    whose.whereIn('store_id', [...storeIds]);
    if (machine) whose.orWhereNull('store_id');
  });
  if (standing) query.whereNull('ended_by').where('over_at', '>', new Date(now));
  return query as Knex.QueryBuilder<AlarmDbRow, AlarmDbRow[]>;
}

function alarmFromRow(row: AlarmDbRow, now: Instant): AlarmRow {
  const overAt = typeof row.over_at === 'number' ? Infinity : row.over_at.getTime();
  return {
    ...{ id: row.id, code: row.code, storeId: row.store_id, detail: row.detail },
    ...{ firstAt: row.first_at.getTime(), lastAt: row.last_at.getTime(), count: row.count },
    ...{ endedAt: row.ended_by !== null || overAt <= now ? overAt : null, endedBy: row.ended_by },
  };
}

/** So long after they were over they are listed; and each by itself is kept after it was told. */
export const ALARMS_KEPT_DAYS = 400;

const OLD = `< now() - interval '${ALARMS_KEPT_DAYS} days'`;

const SWEEPS: readonly Statement[] = [
  {
    name: 'sweep_raised_alarms',
    sql: `delete from raised_alarm where id in (
      select id from raised_alarm where over_at ${OLD} limit ?::integer) returning id`,
  },
  {
    name: 'sweep_alarms',
    sql: `delete from alarm where id in (
      select id from alarm where at ${OLD} limit ?::integer) returning id`,
  },
];

/** Deletes at most `most` of those that have been over for so long, and as many of each by itself; the greater count. */
export async function sweepAlarms(db: Database, most: number): Promise<number> {
  const counts = [];
  for (const sweep of SWEEPS) counts.push((await prepared(db, sweep, [most])).length);
  return Math.max(...counts);
}
