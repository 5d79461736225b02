/**
 * The connection to PostgreSQL and its schema. Decides nothing about rows.
 */
import knex, { type Knex } from 'knex';
import { migrationSource } from '../../migrations/list';

export type Database = Knex;

/** Opens a pool; nothing is connected before the first query. `destroy()` closes it. */
export function openDatabase(url: string, pool = { min: 0, max: 10 }): Database {
  return knex({
    client: 'pg',
    connection: {
      connectionString: url,
      application_name: 'openline',
      // Talking to a database that hangs must not look like waiting for ever.
      connectionTimeoutMillis: 5000,
      keepAlive: true,
    },
    pool,
    acquireConnectionTimeout: 6000,
    migrations: { migrationSource },
  });
}

/** Brings the schema to the newest migration. Two processes at once: the second waits or fails. */
export async function migrate(db: Database): Promise<void> {
  await db.migrate.latest();
}
