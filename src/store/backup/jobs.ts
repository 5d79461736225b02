/**
 * Jobs in a backup: what pg-boss keeps in a schema of its own. It makes the schema itself, one table a queue, so rows are
 * saved as JSON and go back by the names of their columns. Which jobs run is not decided here: each comes back as it was,
 * those that are done as well, so that none is run twice.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import PgBoss from 'pg-boss';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const SCHEMA = 'pgboss';
/** In the order in which they can be filled. */
const TABLES = ['queue', 'schedule', 'subscription', 'job', 'archive'];

export interface SavedJobs {
  table: string;
  rows: number;
}

/** Tables to be saved; none where no job was ever made. */
export async function jobTablesOf(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select name from unnest($1::text[]) name where to_regclass('${SCHEMA}.' || name) is not null`,
    [TABLES],
  );
  return TABLES.filter((table) => rows.some(({ name }) => name === table));
}

/** The rows of one as COPY writes them, each as JSON. */
export const jobRowsOf = (client: Client, table: string) =>
  client.query(copyTo(`copy (select to_jsonb(t) from ${SCHEMA}.${table} t) to stdout`));

/** How many rows there are. */
export async function jobsIn(client: Client): Promise<SavedJobs[]> {
  const found: SavedJobs[] = [];
  for (const table of await jobTablesOf(client)) {
    const { rows } = await client.query<{ n: string }>(
      `select count(*)::text as n from ${SCHEMA}.${table}`,
    );
    found.push({ table, rows: Number(rows[0]?.n ?? 0) });
  }
  return found;
}

/** Anew, where there is none or one without a row; before the transaction, for it makes one itself. */
export async function makeJobSchema(client: Client): Promise<void> {
  await client.query(`drop schema if exists ${SCHEMA} cascade`);
  await client.query(PgBoss.getConstructionPlans(SCHEMA));
}

/** Within the transaction. Rejects when a table does not get all of its rows. */
export async function fillJobs(
  client: Client,
  saved: readonly SavedJobs[],
  open: (table: string) => Readable,
): Promise<void> {
  await client.query('create temp table saved_job (row jsonb) on commit drop');
  for (const { table, rows } of saved) {
    await client.query('truncate saved_job');
    await pipeline(open(table), client.query(copyFrom('copy saved_job from stdin')));
    if (table === 'queue') await client.query(MAKE_QUEUES);
    const filled = await client.query(table === 'queue' ? SET_QUEUES : insertInto(table));
    if (filled.rowCount !== rows)
      throw new Error(`${SCHEMA}.${table} took ${filled.rowCount} rows of ${rows}`);
  }
}

const insertInto = (table: string): string =>
  `insert into ${SCHEMA}.${table}
   select (jsonb_populate_record(null::${SCHEMA}.${table}, row)).* from saved_job`;

/** With its table; what it says of itself comes after, for it may name a queue that is not there yet. */
const MAKE_QUEUES = `select ${SCHEMA}.create_queue(row->>'name', '{}') from saved_job`;

const SET_QUEUES = `update ${SCHEMA}.queue q set
    policy = s.policy, retry_limit = s.retry_limit, retry_delay = s.retry_delay,
    retry_backoff = s.retry_backoff, expire_seconds = s.expire_seconds,
    retention_minutes = s.retention_minutes, dead_letter = s.dead_letter,
    created_on = s.created_on, updated_on = s.updated_on
  from (select (jsonb_populate_record(null::${SCHEMA}.queue, row)).* from saved_job) s
  where q.name = s.name`;
