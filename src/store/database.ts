/**
 * The connection to PostgreSQL and its schema. Decides nothing about rows.
 */
import knex, { type Knex } from 'knex';
import type { Client, ClientConfig } from 'pg';
import { migrationSource } from '../../migrations/list';
import { connectionName, refuseWhenOver, type Lease } from './lease';

export type Database = Knex;

const silent = (): void => undefined;

/** Connections that stay open when nobody asks: one for the journal's replay, one for the outbox, two for people. */
export const STAYING = 4;
/** A pool of its own for look-ups: nobody else is before a caller there, and each connection has the plan already. */
export const LOOKUPS = { min: 2, max: 2 };
/** Connections at most. */
export const MOST = 10;

/**
 * Opens a pool; nothing is connected before the first query. `destroy()` closes it. `STAYING` of
 * them are kept: making one costs several times what a caller's look-up may. With a lease every connection is one of the
 * app that has it: when another has it, whoever asks gets `LeaseOver`.
 */
export function openDatabase(
  url: string,
  pool = { min: STAYING, max: MOST },
  lease?: Lease,
): Database {
  const connection: Knex.PgConnectionConfig & Pick<ClientConfig, 'pipeline'> = {
    connectionString: url,
    application_name: lease ? connectionName(lease) : 'openline',
    // Talking to a database that hangs must not look like waiting for ever.
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A statement need not wait for the answer to the one before it: see `Line`.
    pipeline: true,
  };
  return knex({
    client: 'pg',
    connection,
    pool: lease ? { ...pool, afterCreate: fencedBy(lease) } : pool,
    acquireConnectionTimeout: 6000,
    // The message of an error names the statement, without the numbers and names that it was to write.
    compileSqlOnError: false,
    migrations: { migrationSource },
    // Errors reach whoever asked; knex would also print them to standard output.
    log: { warn: silent, error: silent, debug: silent, deprecate: silent },
  });
}

/** The lease is looked at as it is then: its epoch may have grown. */
const fencedBy =
  (lease: Lease) =>
  (connection: Client, done: (error: unknown, connection: Client) => void): void => {
    refuseWhenOver(connection, lease).then(
      () => done(null, connection),
      (error: unknown) => {
        connection.end().catch(() => undefined);
        done(error, connection);
      },
    );
  };
