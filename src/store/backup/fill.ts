/**
 * Fills an empty database with what a backup holds: the schema at the backup's own version, all rows in one transaction,
 * then the migrations that came since. Decides when a database is empty enough.
 */
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { migrationSource } from '../../../migrations/list';
import { openDatabase, type Database } from '../database';
import { migrate } from '../migrating';
import { fillJobs, jobsIn, makeJobSchema, type SavedJobs } from './jobs';
import { columnList, quoted, tablesOf, type Table } from './tables';

/** What is to stand in the database. */
export interface Filling {
  /** Name of the newest migration of the backup. */
  migration: string;
  /** In the order in which they can be filled. */
  tables: readonly (Table & { rows: number })[];
  sequences: Record<string, string>;
  /** There is no second folder of recordings: those of it come to lie in the first. */
  oneFolder: boolean;
  /** The rows of one table, as COPY writes them. */
  open: (table: string) => Readable;
  /** None of an older backup, or where no job was ever made. */
  jobs: readonly SavedJobs[];
  openJobs: (table: string) => Readable;
  onTable?: (table: string) => void;
}

export type Emptiness =
  /** Nothing of ours, or tables without a row. */
  | 'empty'
  /** As many rows in every table as are to be filled in: an earlier restore was broken off at its very end. */
  | 'filled'
  | 'taken';

/** Names of all migrations that this version knows, oldest first. */
export async function knownMigrations(): Promise<string[]> {
  const all = await migrationSource.getMigrations([]);
  return all.map((one) => migrationSource.getMigrationName(one));
}

/** Rejects with what PostgreSQL says, and when a table does not get all of its rows; then no row is written. */
export async function fillDatabase(url: string, filling: Filling): Promise<void> {
  const db = openDatabase(url);
  try {
    await makeSchema(db, filling.migration);
    await fillTables(url, filling);
    await migrate(db);
  } finally {
    await db.destroy();
  }
}

export async function howEmpty(
  url: string,
  { tables, jobs }: Pick<Filling, 'tables' | 'jobs'>,
): Promise<Emptiness> {
  return connected(url, async (client) => {
    const there = await tablesOf(client);
    let isEmpty = true;
    let isFilled = there.length > 0;
    for (const { name } of there) {
      const counted = await client.query<{ n: string }>(
        `select count(*)::text as n from ${quoted(name)}`,
      );
      const rows = Number(counted.rows[0]?.n ?? 0);
      if (rows > 0) isEmpty = false;
      if (rows !== (tables.find((table) => table.name === name)?.rows ?? 0)) isFilled = false;
    }
    for (const { table, rows } of await jobsIn(client)) {
      if (rows > 0) isEmpty = false;
      if (rows !== (jobs.find((one) => one.table === table)?.rows ?? 0)) isFilled = false;
    }
    if (isEmpty) return 'empty';
    return isFilled ? 'filled' : 'taken';
  });
}

/** What an earlier try left is taken away first: its tables have no row. */
async function makeSchema(db: Database, upTo: string): Promise<void> {
  await db.migrate.forceFreeMigrationsLock();
  await db.migrate.rollback(undefined, true);
  for (const name of await knownMigrations()) {
    await db.migrate.up({ name });
    if (name === upTo) return;
  }
}

async function fillTables(url: string, filling: Filling): Promise<void> {
  await connected(url, async (client) => {
    if (filling.jobs.length > 0) await makeJobSchema(client);
    await client.query('begin');
    // What migrations put in by themselves stands in the backup as well.
    const there = await tablesOf(client);
    await client.query(`truncate ${there.map(({ name }) => quoted(name)).join(', ')}`);
    for (const table of filling.tables) {
      filling.onTable?.(table.name);
      const sink = client.query(
        copyFrom(`copy ${quoted(table.name)} (${columnList(table)}) from stdin`),
      );
      await pipeline(filling.open(table.name), sink);
      if (sink.rowCount !== table.rows)
        throw new Error(`${table.name} took ${sink.rowCount} rows of ${table.rows}`);
    }
    if (filling.jobs.length > 0) await fillJobs(client, filling.jobs, filling.openJobs);
    for (const [name, last] of Object.entries(filling.sequences))
      await client.query('select setval($1::regclass, $2::bigint)', [quoted(name), last]);
    if (filling.oneFolder && filling.tables.some(hasFolder))
      await client.query('update recording set folder = 1 where folder <> 1');
    await client.query('commit');
    await client.query('analyze');
  });
}

const hasFolder = ({ name, columns }: Table): boolean =>
  name === 'recording' && columns.includes('folder');

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'openline-restore',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
