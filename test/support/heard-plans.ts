/**
 * How PostgreSQL reads what the product asks, whatever way the product sends it: auto_explain says the plan of each statement
 * to the connection that asked. The user must be a superuser, as the embedded server's is.
 */
import type { Client } from 'pg';
import type { Knex } from 'knex';
import { openDatabase, type Database } from '../../src/store/database';

/** A table, or an index, that a statement reads. */
export interface Reading {
  node: string;
  /** Null: of an index that only finds rows. */
  table: string | null;
  index: string | null;
  /** Part of the index; false: from one end to the other, or until somebody has enough. */
  isBounded: boolean;
}

export interface HeardPlan {
  sql: string;
  readings: Reading[];
}

interface Node {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Filter?: string;
  Plans?: Node[];
}

/** The plans of all that the work asks of this one connection; `settings` are its own (`enable_seqscan=off`). */
export async function hearPlans(
  url: string,
  work: (db: Database) => Promise<unknown>,
  settings: readonly string[] = [],
): Promise<HeardPlan[]> {
  const db = openDatabase(url, { min: 1, max: 1 });
  const heard: HeardPlan[] = [];
  try {
    const client = db.client as Knex.Client;
    const connection = (await client.acquireConnection()) as Client;
    await connection.query("load 'auto_explain'");
    for (const setting of [...HEARING, ...settings]) await connection.query(`set ${setting}`);
    connection.on('notice', ({ message }) => {
      const [, json] = message?.split(' plan:\n') ?? [];
      if (json !== undefined) heard.push(planOf(json));
    });
    await client.releaseConnection(connection);
    await work(db);
  } finally {
    await db.destroy();
  }
  return heard;
}

const HEARING = [
  ...['auto_explain.log_min_duration = 0', "auto_explain.log_format = 'json'"],
  "auto_explain.log_level = 'notice'",
];

function planOf(json: string): HeardPlan {
  const { 'Query Text': sql, Plan: plan } = JSON.parse(json) as {
    'Query Text': string;
    Plan: Node;
  };
  return { sql, readings: readingsOf(plan) };
}

const readingsOf = (node: Node): Reading[] => [
  ...readingOf(node),
  ...(node.Plans ?? []).flatMap((part) => {
    if (node['Node Type'] !== 'Limit' || !endsWithLimit(part)) return readingsOf(part);
    return readingOf(part).map((reading) => ({ ...reading, isBounded: true }));
  }),
];

/** In the order of an index, and all that it reads count, but for those who are not active any more, who are few. */
const endsWithLimit = ({ 'Index Name': index, Filter: filter }: Node): boolean =>
  index !== undefined && (filter === undefined || filter === "(state = 'active'::text)");

function readingOf(node: Node): Reading[] {
  const { 'Node Type': type, 'Relation Name': table = null, 'Index Name': index = null } = node;
  if (!type.includes('Scan') || (table === null && index === null)) return [];
  const isBounded = type === 'Bitmap Heap Scan' || node['Index Cond'] !== undefined;
  return [{ node: type, table, index, isBounded }];
}

/** What of the plans reads one of these tables, or an index of it, from one end to the other, in words. */
export const readWhole = (plans: readonly HeardPlan[], tables: readonly string[]): string[] => [
  ...new Set(
    plans.flatMap(({ sql, readings }) =>
      readings
        .filter(({ table, isBounded }) => table !== null && tables.includes(table) && !isBounded)
        .map(({ node, table }) => `${node} of ${table}: ${sql.replace(/\s+/g, ' ')}`),
    ),
  ),
];
