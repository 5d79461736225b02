/**
 * All tables as they stood at one moment: one read-only transaction that sees what was committed when it began. Who writes
 * meanwhile waits for nothing. Decides nothing about files.
 */
import type { Readable } from 'node:stream';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Instant } from '../../domain/time';
import { openDatabase, type Database } from '../database';
import { jobRowsOf, jobTablesOf } from './jobs';
import { columnList, quoted, sequencesOf, tablesOf, type Table } from './tables';

/** A file of a recording, as its row tells of it. */
export interface FiledRecording {
  /** Relative to its folder, with slashes. */
  path: string;
  /** 1: `RECORDINGS_DIR`, 2: `RECORDINGS_DIR_2`. */
  folder: number;
  bytes: number;
  sha256: string | null;
}

export interface Snapshot {
  /** By the database's clock. */
  at: Instant;
  /** Name of the newest migration. */
  migration: string;
  tables: readonly Table[];
  sequences: Record<string, string>;
  /** Size of the whole database on its disk. */
  bytes: number;
  recordings: readonly FiledRecording[];
  /** Asks of the same moment. */
  read<T>(ask: (db: Database) => Promise<T>): Promise<T>;
  /** The rows of a table as COPY writes them; `rows` is right when the stream has ended. */
  rowsOf(table: Table): { stream: Readable; rows: () => number };
  /** Tables of jobs; none where no job was ever made. */
  jobs: readonly string[];
  jobRowsOf(table: string): { stream: Readable; rows: () => number };
  /** Ends the transaction. */
  close(): Promise<void>;
}

/** There is nothing to back up, or nothing of ours. */
export class NoSchema extends Error {
  override name = 'NoSchema';
}

/** Rejects with what PostgreSQL says, and with `NoSchema`. */
export async function openSnapshot(url: string): Promise<Snapshot> {
  const client = new Client({
    connectionString: url,
    application_name: 'openline-backup',
    connectionTimeoutMillis: 5000,
  });
  // A connection that is cut is told by whatever is asked next.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    const [begun] = await rowsOf<{ at: Date; name: string; bytes: string }>(
      client,
      `select clock_timestamp() as at, pg_export_snapshot() as name,
         pg_database_size(current_database())::text as bytes`,
    );
    if (begun === undefined) throw new NoSchema();
    return {
      at: begun.at.getTime(),
      migration: await migrationOf(client),
      tables: await tablesOf(client),
      sequences: await sequencesOf(client),
      bytes: Number(begun.bytes),
      recordings: await recordingsOf(client),
      jobs: await jobTablesOf(client),
      read: (ask) => readAlike(url, begun.name, ask),
      rowsOf: (table) => {
        const stream = client.query(
          copyTo(`copy ${quoted(table.name)} (${columnList(table)}) to stdout`),
        );
        return { stream, rows: () => stream.rowCount };
      },
      jobRowsOf: (table) => {
        const stream = jobRowsOf(client, table);
        return { stream, rows: () => stream.rowCount };
      },
      close: () => client.end(),
    };
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function rowsOf<T extends object>(client: Client, sql: string): Promise<T[]> {
  return (await client.query<T>(sql)).rows;
}

async function migrationOf(client: Client): Promise<string> {
  const [found] = await rowsOf<{ there: string | null }>(
    client,
    `select to_regclass('public.knex_migrations')::text as there`,
  );
  if (!found?.there) throw new NoSchema();
  const [newest] = await rowsOf<{ name: string }>(
    client,
    'select name from knex_migrations order by name desc limit 1',
  );
  if (newest === undefined) throw new NoSchema();
  return newest.name;
}

/** In the order of their talks, so that a backup that is broken off has the oldest. */
async function recordingsOf(client: Client): Promise<FiledRecording[]> {
  const rows = await rowsOf<Omit<FiledRecording, 'bytes'> & { bytes: string | null }>(
    client,
    `select path, folder, bytes::text as bytes, sha256 from recording
     where state = 'stored' and path is not null order by saved_at, id`,
  );
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes ?? 0) }));
}

/** Another connection that sees the same. */
async function readAlike<T>(
  url: string,
  name: string,
  ask: (db: Database) => Promise<T>,
): Promise<T> {
  const db = openDatabase(url, { min: 0, max: 1 });
  try {
    return await db.transaction(
      async (trx) => {
        await trx.raw(`set transaction snapshot '${name.replace(/[^0-9A-F-]/gi, '')}'`);
        return ask(trx);
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    );
  } finally {
    await db.destroy();
  }
}
