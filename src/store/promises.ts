/**
 * Rows of promises. Decides how the database keeps "one open promise per number and hotline" when
 * the journal brings a second one, which happens if the app fell before it had learnt of the first.
 */
import type { Knex } from 'knex';
import type { PromiseSnapshot } from '../domain/records';
import type { Instant } from '../domain/time';
import {
  instant,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Row,
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  id: 'uuid',
  store_id: 'text',
  hotline: 'text',
  queue_id: 'text',
  number: 'text',
  call_id: 'uuid',
  lead_id: 'uuid',
  state: 'text',
  reason: 'text',
  due_at: 'timestamptz',
  opened_at: 'timestamptz',
  place: 'timestamptz',
  message_id: 'uuid',
  tries: 'integer',
  not_before: 'timestamptz',
  task: 'text',
  attempt_id: 'uuid',
  ended_at: 'timestamptz',
  ended_by: 'text',
  end_reason: 'text',
};
const NAMES = Object.keys(COLUMNS);
const SELECTED = NAMES.map((name) => `r.${name}`).join(', ');
/** Of one that is not over, whatever may change. */
const CHANGED = NAMES.filter((name) => !['id', 'store_id', 'hotline', 'opened_at'].includes(name));
const REPLACED = NAMES.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);

/** An ended promise also ends any other open one of its number and hotline: the person was served. */
const END: Statement = {
  name: 'end_promise',
  sql: `with r as materialized (select * from ${rowsOf(COLUMNS)}),
      others as (
        update promise p set state = r.state, ended_at = r.ended_at from r
        where p.state in ('open', 'claimed') and p.hotline = r.hotline and p.number = r.number and p.id <> r.id
      )
    insert into promise (${NAMES.join(', ')}) select ${SELECTED} from r
    on conflict (id) do update set ${REPLACED.join(', ')}`,
};

/** Those that move to another number leave theirs first: of two in one batch the one may come to where the other was. */
const LEAVE: Statement = {
  name: 'leave_number',
  sql: `update promise p set state = 'withdrawn' from ${rowsOf(COLUMNS)} where p.id = r.id and p.number <> r.number`,
};

const UPDATE: Statement = {
  name: 'update_promise',
  sql: `update promise p set ${CHANGED.map((name) => `${name} = r.${name}`).join(', ')}
    from ${rowsOf(COLUMNS)} where p.id = r.id
    returning p.id`,
};

/** A second promise to the same person joins the first: earliest due time, newest call. */
const OPEN: Statement = {
  name: 'open_promise',
  sql: `insert into promise (${NAMES.join(', ')}) select ${SELECTED} from ${rowsOf(COLUMNS)}
    on conflict (hotline, number) where state in ('open', 'claimed') do update set
      call_id = excluded.call_id,
      lead_id = coalesce(excluded.lead_id, promise.lead_id),
      message_id = coalesce(excluded.message_id, promise.message_id),
      place = least(promise.place, excluded.place),
      due_at = least(promise.due_at, excluded.due_at)`,
};

/** As the table has it. */
export interface PromiseDbRow {
  id: string;
  store_id: string;
  hotline: string;
  queue_id: string;
  number: string;
  call_id: string;
  lead_id: string | null;
  state: PromiseSnapshot['state'];
  reason: PromiseSnapshot['reason'];
  due_at: Date;
  opened_at: Date;
  place: Date | null;
  message_id: string | null;
  tries: number;
  not_before: Date | null;
  task: PromiseSnapshot['task'] | null;
  attempt_id: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: string | null;
  /** Of its lead; it is read, never written. */
  owner_id?: string | null;
}

/** Promises with whose they are. */
export const promisesOf = (db: Knex): Knex.QueryBuilder<PromiseDbRow, PromiseDbRow[]> =>
  db<PromiseDbRow>('promise').select<PromiseDbRow[]>(
    'promise.*',
    db.raw('(select owner_id from lead where lead.id = promise.lead_id) as owner_id'),
  );

const isOpen = ({ state }: PromiseSnapshot): boolean => state === 'open' || state === 'claimed';

/** Writes each promise as it is now. At most one snapshot a promise, in journal order. */
export async function savePromises(
  line: Line,
  promises: readonly PromiseSnapshot[],
): Promise<void> {
  const ended = promises.filter((promise) => !isOpen(promise));
  const open = promises.filter(isOpen);
  await run(line, END, ended.map(toRow));
  await run(line, LEAVE, open.map(toRow));
  const known = await run<{ id: string }>(line, UPDATE, open.map(toRow));
  const knownIds = new Set(known.map((row) => row.id));
  await run(line, OPEN, newestPerPerson(open.filter((promise) => !knownIds.has(promise.id))));
}

/** One statement cannot touch the same row twice, so a batch brings one promise per person. */
function newestPerPerson(promises: PromiseSnapshot[]): Row[] {
  const byPerson = new Map<string, PromiseSnapshot>();
  for (const promise of promises) {
    const key = `${promise.hotline}\n${promise.number}`;
    const earlier = byPerson.get(key);
    byPerson.set(key, {
      ...promise,
      id: earlier?.id ?? promise.id,
      dueAt: Math.min(promise.dueAt, earlier?.dueAt ?? promise.dueAt),
      ...earliest(promise.place, earlier?.place),
    });
  }
  return [...byPerson.values()].map(toRow);
}

const earliest = (a?: Instant, b?: Instant): { place?: Instant } =>
  a === undefined && b === undefined ? {} : { place: Math.min(a ?? Infinity, b ?? Infinity) };

/** Promises that wait for their call back, the most urgent first. */
export async function loadOpenPromises(db: Knex): Promise<PromiseSnapshot[]> {
  const rows = await promisesOf(db).whereIn('state', ['open', 'claimed']).orderBy('due_at');
  return rows.map(promiseFromRow);
}

function toRow(promise: PromiseSnapshot): Row {
  return {
    id: promise.id,
    store_id: promise.storeId,
    hotline: promise.hotline,
    queue_id: promise.queueId,
    number: promise.number,
    call_id: promise.callId,
    lead_id: promise.leadId,
    state: promise.state,
    reason: promise.reason,
    due_at: timestamp(promise.dueAt),
    opened_at: timestamp(promise.openedAt),
    place: timestamp(promise.place ?? null),
    message_id: promise.messageId ?? null,
    tries: promise.tries ?? 0,
    not_before: timestamp(promise.notBefore ?? null),
    task: promise.task ?? null,
    attempt_id: promise.attemptId ?? null,
    ended_at: timestamp(promise.endedAt ?? null),
    ended_by: promise.endedBy ?? null,
    end_reason: promise.endReason ?? null,
  };
}

/** See `PromiseSnapshot`. */
export function promiseFromRow(row: PromiseDbRow): PromiseSnapshot {
  return {
    id: row.id,
    storeId: row.store_id,
    hotline: row.hotline,
    queueId: row.queue_id,
    number: row.number,
    callId: row.call_id,
    leadId: row.lead_id,
    state: row.state,
    reason: row.reason,
    dueAt: instant(row.due_at),
    openedAt: instant(row.opened_at),
    ...(row.tries === 0 ? {} : { tries: row.tries }),
    ...given({
      ownerId: row.owner_id ?? null,
      place: instant(row.place),
      messageId: row.message_id,
      notBefore: instant(row.not_before),
      task: row.task,
      attemptId: row.attempt_id,
      endedAt: instant(row.ended_at),
      endedBy: row.ended_by,
      endReason: row.end_reason,
    }),
  };
}

/** What is null in a row is missing in what it tells. */
const given = <T extends object>(said: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
