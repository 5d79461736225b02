/**
 * Rows of promises. Decides how the database keeps "one open promise per number and hotline" when
 * the journal brings a second one, which happens if the app fell before it had learnt of the first.
 */
import type { Knex } from 'knex';
import type { PromiseSnapshot } from '../domain/records';
import {
  instant,
  rowsOf,
  run,
  timestamp,
  type Columns,
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
};
const NAMES = Object.keys(COLUMNS);
const SELECTED = NAMES.map((name) => `r.${name}`).join(', ');
const REPLACED = NAMES.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);

/** An ended promise also ends any other open one of its number and hotline: the person was served. */
const END: Statement = {
  name: 'end_promise',
  sql: `with r as materialized (select * from ${rowsOf(COLUMNS)}),
      others as (
        update promise p set state = r.state from r
        where p.state = 'open' and p.hotline = r.hotline and p.number = r.number and p.id <> r.id
      )
    insert into promise (${NAMES.join(', ')}) select ${SELECTED} from r
    on conflict (id) do update set ${REPLACED.join(', ')}`,
};

const UPDATE: Statement = {
  name: 'update_promise',
  sql: `update promise p set call_id = r.call_id, lead_id = r.lead_id, reason = r.reason,
      due_at = r.due_at, queue_id = r.queue_id
    from ${rowsOf(COLUMNS)} where p.id = r.id
    returning p.id`,
};

/** A second promise to the same person joins the first: earliest due time, newest call. */
const OPEN: Statement = {
  name: 'open_promise',
  sql: `insert into promise (${NAMES.join(', ')}) select ${SELECTED} from ${rowsOf(COLUMNS)}
    on conflict (hotline, number) where state = 'open' do update set
      call_id = excluded.call_id,
      lead_id = coalesce(excluded.lead_id, promise.lead_id),
      due_at = least(promise.due_at, excluded.due_at)`,
};

interface PromiseDbRow {
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
}

/** Writes each promise as it is now. At most one snapshot a promise, in journal order. */
export async function savePromises(db: Knex, promises: readonly PromiseSnapshot[]): Promise<void> {
  const ended = promises.filter((promise) => promise.state !== 'open');
  const open = promises.filter((promise) => promise.state === 'open');
  await run(db, END, ended.map(toRow));
  const known = await run<{ id: string }>(db, UPDATE, open.map(toRow));
  const knownIds = new Set(known.map((row) => row.id));
  await run(db, OPEN, newestPerPerson(open.filter((promise) => !knownIds.has(promise.id))));
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
    });
  }
  return [...byPerson.values()].map(toRow);
}

/** Promises that wait for their call back, the most urgent first. */
export async function loadOpenPromises(db: Knex): Promise<PromiseSnapshot[]> {
  const rows = await db<PromiseDbRow>('promise').where({ state: 'open' }).orderBy('due_at');
  return rows.map(fromRow);
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
  };
}

function fromRow(row: PromiseDbRow): PromiseSnapshot {
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
  };
}
