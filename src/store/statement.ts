/**
 * Statements that run for every batch of live facts. Each takes all its rows as one JSON parameter,
 * so that its text never changes with the number of rows and PostgreSQL plans it once a connection.
 */
import type { Knex } from 'knex';
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

/** Runs a statement over rows; no rows, no round trip. */
export async function run<T = unknown>(
  db: Knex,
  statement: Statement,
  rows: readonly Row[],
): Promise<T[]> {
  if (rows.length === 0) return [];
  return prepared<T>(db, statement, [JSON.stringify(rows)]);
}

/** Runs a statement with its own parameters under its name. */
export async function prepared<T>(
  db: Knex,
  statement: Statement,
  parameters: readonly Knex.RawBinding[],
): Promise<T[]> {
  const result = await db
    .raw<{ rows: T[] }>(statement.sql, parameters)
    .options({ name: statement.name });
  return result.rows;
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
