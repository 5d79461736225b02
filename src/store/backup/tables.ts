/**
 * Our tables as the database itself describes them, so that a new one is backed up without a word here. Decides their
 * order: a table stands behind those to which it refers.
 */
import type { Client } from 'pg';

export interface Table {
  name: string;
  /** Those that can be written, in their order; generated ones are made anew. */
  columns: string[];
}

/** knex keeps its own accounts; the version of the schema stands for them. */
const OURS = `table_schema = 'public' and table_name not like 'knex%'`;

export async function tablesOf(client: Client): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(
    `select table_name as name, array_agg(column_name::text order by ordinal_position) as columns
     from information_schema.columns join information_schema.tables t using (table_schema, table_name)
     where ${OURS} and t.table_type = 'BASE TABLE' and is_generated = 'NEVER'
     group by table_name order by table_name`,
  );
  const refers = await client.query<{ table: string; to: string }>(
    `select conrelid::regclass::text as table, confrelid::regclass::text as to
     from pg_constraint where contype = 'f' and conrelid <> confrelid`,
  );
  const needs = new Map(rows.map(({ name }) => [name, new Set<string>()]));
  for (const { table, to } of refers.rows) needs.get(unquoted(table))?.add(unquoted(to));
  return inOrder(rows, needs);
}

/** Of tables that refer to each other in a circle the one that is named first comes first. */
function inOrder(tables: readonly Table[], needs: Map<string, Set<string>>): Table[] {
  const ordered: Table[] = [];
  let left = [...tables];
  while (left.length > 0) {
    const waits = new Set(left.map(({ name }) => name));
    const isFree = ({ name }: Table) => ![...(needs.get(name) ?? [])].some((to) => waits.has(to));
    const next = left.find(isFree) ?? left[0];
    if (next === undefined) break;
    ordered.push(next);
    left = left.filter((table) => table !== next);
  }
  return ordered;
}

/** A name as it stands in SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const unquoted = (name: string): string => name.replace(/^"(.*)"$/, '$1').replaceAll('""', '"');

export const columnList = ({ columns }: Table): string => columns.map(quoted).join(', ');

/** The last value that each sequence gave; null: none yet. */
export async function sequencesOf(client: Client): Promise<Record<string, string>> {
  const { rows } = await client.query<{ name: string; last: string | null }>(
    `select sequencename as name, last_value::text as last from pg_sequences
     where schemaname = 'public' and sequencename not like 'knex%' order by 1`,
  );
  return Object.fromEntries(
    rows.flatMap(({ name, last }) => (last === null ? [] : [[name, last]])),
  );
}
