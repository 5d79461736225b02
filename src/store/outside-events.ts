/**
 * The outbox: what other systems are to be told, written with the facts themselves, and taken out once. Decides the id
 * of an event: its type and subject say it, so that a record that is replayed twice makes one row.
 */
import type { Knex } from 'knex';
import { dueEventOf, outsideEventsOf, type OutsideEvent } from '../domain/outside/event';
import type { NewLead } from '../domain/records';
import type { Instant } from '../domain/time';
import type { Database } from './database';
import { promiseFromRow, promisesOf } from './promises';
import {
  inTransaction,
  instant,
  lineOf,
  rowsOf,
  run,
  timestamp,
  type Columns,
  type Line,
  type Statement,
} from './statement';

const COLUMNS: Columns = {
  at: 'timestamptz',
  type: 'text',
  store_id: 'text',
  subject: 'text',
  data: 'jsonb',
  personal: 'jsonb',
};

/** The id of an event, in SQL: the same wherever it is written from. */
const idOf = (type: string, subject: string): string =>
  `substr(encode(sha256(convert_to(${type} || '|' || ${subject}, 'UTF8')), 'hex'), 1, 32)::uuid`;

const WRITE: Statement = {
  name: 'write_outside_events',
  sql: `insert into outside_event (id, ${Object.keys(COLUMNS).join(', ')})
    select ${idOf('r.type', 'r.subject')}, ${Object.keys(COLUMNS)
      .map((name) => `r.${name}`)
      .join(', ')} from ${rowsOf(COLUMNS)}
    on conflict (id) do nothing`,
};

/** Writes the events; those that were written before stay as they are. */
export async function saveOutsideEvents(
  line: Line,
  events: readonly OutsideEvent[],
): Promise<void> {
  const rows = events.map(({ at, type, storeId, subject, data, personal }) => ({
    ...{ at: timestamp(at), type, store_id: storeId, subject, data, personal },
  }));
  await run(line, WRITE, rows);
}

/** Of a lead that was opened behind the journal (customers/linking.ts): what is told of one that a call opens itself. */
export async function tellOpened(trx: Knex.Transaction, lead: NewLead): Promise<void> {
  const record = { kind: 'lead.opened' as const, lead };
  const events = outsideEventsOf([{ id: lead.id, at: lead.openedAt, record }]);
  await saveOutsideEvents(await lineOf(trx), events);
}

/** An event as it stands in the outbox. */
export type WrittenEvent = OutsideEvent & { id: string };

interface Row {
  id: string;
  at: Date;
  type: OutsideEvent['type'];
  store_id: string | null;
  subject: string;
  data: OutsideEvent['data'];
  personal: OutsideEvent['personal'];
}

export const eventFromRow = (row: Row): WrittenEvent => ({
  ...{ id: row.id, at: instant(row.at), type: row.type, storeId: row.store_id },
  ...{ subject: row.subject, data: row.data, personal: row.personal },
});

/** Statements of somebody else on the connection of a transaction of ours; parameters are `$1`, `$2` … */
export interface Sql {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

interface Connection {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** What is asked there is committed, or not, with the transaction. */
export async function sqlOf(trx: Knex.Transaction): Promise<Sql> {
  const client = trx.client as Knex.Client;
  const connection = (await client.acquireConnection()) as Connection;
  return { executeSql: (text, values) => connection.query(text, values) };
}

/**
 * Hands the oldest events that nobody has taken to `hand`, at most `most`, and notes that they are taken, all in one
 * transaction: if `hand` rejects, they come again. How many there were.
 */
export function takeOutside(
  db: Database,
  most: number,
  hand: (events: readonly WrittenEvent[], trx: Knex.Transaction) => Promise<void>,
): Promise<number> {
  return db.transaction(async (trx) => {
    const rows = await trx<Row>('outside_event')
      .whereNull('taken_at')
      .orderBy('seq')
      .limit(most)
      .forUpdate();
    if (rows.length === 0) return 0;
    await hand(rows.map(eventFromRow), trx);
    const ids = rows.map(({ id }) => id);
    await trx('outside_event').whereIn('id', ids).update({ taken_at: trx.fn.now() });
    return rows.length;
  });
}

/** Who was due longer ago than this when we first look is told of no more: after a restore nobody gets old news. */
const DUE_WITHIN_DAYS = 7;

/** Writes `promise.due` of promises that stand beyond their moment, each once; at most `most`, how many there were. */
export async function writeDue(db: Database, now: Instant, most = 500): Promise<number> {
  const found = await promisesOf(db)
    .whereIn('state', ['open', 'claimed'])
    .where('due_at', '<=', timestamp(now))
    .whereRaw(`due_at > ?::timestamptz - interval '${DUE_WITHIN_DAYS} days'`, [timestamp(now)])
    .whereRaw(
      `not exists (select from outside_event e where e.id = ${idOf("'promise.due'", 'promise.id')})`,
    )
    .orderBy('due_at')
    .limit(most);
  if (found.length === 0) return 0;
  const events = found.map((row) => dueEventOf(promiseFromRow(row)));
  await inTransaction(db, (line) => saveOutsideEvents(line, events));
  return found.length;
}

/** Events, and what became of them, are kept so long. */
export const KEPT_DAYS = 30;

/** Deletes at most so many of the oldest; how many there were. */
export async function sweepOutside(db: Database, most: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from outside_event where id in (
       select id from outside_event where written_at < now() - interval '${KEPT_DAYS} days'
       order by written_at limit ?)`,
    [most],
  );
  return rowCount;
}
