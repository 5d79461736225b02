/**
 * Statements that run for every batch of live facts. Each takes all its rows as one JSON parameter,
 * so that its text never changes with the number of rows and PostgreSQL plans it once a connection.
 */
import type { Knex } from 'knex';
import type { Client } from 'pg';
import type { Instant } from '../domain/time';

/** Column names and their PostgreSQL types. */
export type Columns = Record<string, string>;

/** A row as it is sent: keys are columns. */
export type Row = Record<string, string | number | boolean | object | null>;

/** `name` is also the name under which the connection keeps the plan: one name, one text. */
export interface Statement {
  name: string;
  sql: string;
}

/** `from` part that turns the one JSON parameter into rows named `r`. */
export function rowsOf(columns: Columns): string {
  const list = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  return `json_to_recordset(?::json) as r (${list.join(', ')})`;
}

/** Inserts rows, and replaces all columns of those whose `key`, a column or several, is there already. */
export function upsert(table: string, columns: Columns, key: string): Statement {
  const names = Object.keys(columns);
  const sets = names
    .filter((name) => !key.split(', ').includes(name))
    .map((name) => `${name} = excluded.${name}`);
  return {
    name: `upsert_${table}`,
    sql: `insert into ${table} (${names.join(', ')})
      select ${names.map((name) => `r.${name}`).join(', ')} from ${rowsOf(columns)}
      on conflict (${key}) do update set ${sets.join(', ')}`,
  };
}

/** Inserts rows and leaves those alone whose `key` is there already. */
export function insertNew(table: string, columns: Columns, key: string): Statement {
  const names = Object.keys(columns);
  return {
    name: `insert_${table}`,
    sql: `insert into ${table} (${names.join(', ')})
      select ${names.map((name) => `r.${name}`).join(', ')} from ${rowsOf(columns)}
      on conflict (${key}) do nothing`,
  };
}

/**
 * One connection of the pool. What is asked on it is sent behind what was asked before, whether or not that has been
 * answered: PostgreSQL does one after another, and a batch costs a few turns between the two processes instead of one a
 * statement. What is asked in one go leaves in one write.
 */
export class Line {
  constructor(private readonly connection: Client) {}

  /** Rejects with what PostgreSQL says. */
  async ask<T>({ name, sql }: Statement, parameters: readonly Knex.RawBinding[]): Promise<T[]> {
    this.gather();
    const asked = { name, text: numbered(sql), values: [...parameters] };
    const { rows } = await this.connection.query(asked);
    return rows as T[];
  }

  private gather(): void {
    const { stream } = this.connection.connection;
    if (stream.writableCorked > 0) return;
    stream.cork();
    queueMicrotask(() => stream.uncork());
  }
}

/** A transaction on one line: what `work` says when it is committed. If it rejects, nothing of it is written. */
export const inTransaction = <T>(db: Knex, work: (line: Line) => Promise<T>): Promise<T> =>
  db.transaction(async (trx) => work(await lineOf(trx)));

/** The line of a transaction that stands; only behind what knex was asked before and has answered. */
export const lineOf = async (trx: Knex.Transaction): Promise<Line> =>
  new Line(await connectionOf(trx));

/** Runs a statement over rows; no rows, no round trip. */
export async function run<T = unknown>(
  line: Line,
  statement: Statement,
  rows: readonly Row[],
): Promise<T[]> {
  if (rows.length === 0) return [];
  return line.ask<T>(statement, [storable(rows)]);
}

/** As JSON writes what PostgreSQL keeps in no text: a NUL, half of a surrogate pair. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/;

/** Such a character comes as U+FFFD: one text from outside must not hold up all that the journal has behind it. */
function storable(rows: readonly Row[]): string {
  const text = JSON.stringify(rows);
  if (!UNSTORABLE.test(text)) return text;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '\ufffd') : value,
  );
}

/** Runs a statement with its own parameters under its name. */
export async function prepared<T>(
  db: Knex | Line,
  statement: Statement,
  parameters: readonly Knex.RawBinding[],
): Promise<T[]> {
  if (db instanceof Line) return db.ask<T>(statement, parameters);
  const connection = await connectionOf(db);
  try {
    return await new Line(connection).ask<T>(statement, parameters);
  } finally {
    await (db.client as Knex.Client).releaseConnection(connection);
  }
}

/** knex puts a statement together anew for each time that it runs, which costs more than to run it. */
const connectionOf = (db: Knex): Promise<Client> =>
  (db.client as Knex.Client).acquireConnection() as Promise<Client>;

const texts = new Map<string, string>();

/** The statement with its parameters as PostgreSQL names them: `$1` for the first `?`. */
function numbered(sql: string): string {
  let text = texts.get(sql);
  if (text === undefined) {
    let count = 0;
    text = sql.replace(/\?/g, () => `$${(count += 1)}`);
    texts.set(sql, text);
  }
  return text;
}

/** By its name; `order`: which parameter is `$1`, `$2`, …. */
const named = new Map<string, { statement: Statement; order: string[] }>();

/**
 * A statement whose parameters stand in it by name (`:storeId`), each as often as it is needed. Its text is put together once:
 * what it says may differ only with its name.
 */
export function withNames(
  name: string,
  text: () => string,
  parameters: Readonly<Record<string, Knex.RawBinding>>,
): { statement: Statement; parameters: Knex.RawBinding[] } {
  const { statement, order } = named.get(name) ?? keptByName(name, text());
  return { statement, parameters: order.map((one) => parameters[one] ?? null) };
}

function keptByName(name: string, text: string): { statement: Statement; order: string[] } {
  const order: string[] = [];
  const sql = text.replace(/(?<!:):([a-z]\w*)/gi, (_, parameter: string) => {
    if (!order.includes(parameter)) order.push(parameter);
    return `$${order.indexOf(parameter) + 1}`;
  });
  const kept = { statement: { name, sql }, order };
  named.set(name, kept);
  return kept;
}

/** ISO text keeps milliseconds exact; `to_timestamp(double)` would not. */
export function timestamp(at: Instant): string;
export function timestamp(at: Instant | null): string | null;
export function timestamp(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** A timestamptz column as pg gives it. */
export function instant(at: Date): Instant;
export function instant(at: Date | null): Instant | null;
export function instant(at: Date | null): Instant | null {
  return at === null ? null : at.getTime();
}
