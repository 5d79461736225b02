/**
 * The connection to PostgreSQL and its schema. Decides nothing about rows.
 */
import knex, { type Knex } from 'knex';
import type { ClientConfig } from 'pg';
import { migrationSource } from '../../migrations/list';

export type Database = Knex;

const silent = (): void => undefined;

/** Connections that stay open when nobody asks. */
export const STAYING = 2;

/**
 * Opens a pool; nothing is connected before the first query. `destroy()` closes it. `STAYING` of
 * them are kept: making one costs several times what a caller's look-up may.
 */
export function openDatabase(url: string, pool = { min: STAYING, max: 10 }): Database {
  const connection: Knex.PgConnectionConfig & Pick<ClientConfig, 'pipeline'> = {
    connectionString: url,
    application_name: 'openline',
    // Talking to a database that hangs must not look like waiting for ever.
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A statement need not wait for the answer to the one before it: see `Line`.
    pipeline: true,
  };
  return knex({
    client: 'pg',
    connection,
    pool,
    acquireConnectionTimeout: 6000,
    migrations: { migrationSource },
    // Errors reach whoever asked; knex would also print them to standard output.
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  });
}
