/**
 * Brings the schema to this version, all of it or nothing: an upgrade that fails leaves the database as the version
 * before left it. Decides what to tell whoever started the product.
 */
import type { Knex } from 'knex';
import { migrationSource } from '../../migrations/list';
import type { Database } from './database';

/** Number of the advisory lock, any fixed number of ours. */
const MIGRATION_LOCK = 1_330_664_013;

type Source = Knex.MigrationSource<Knex.Migration & { name: string }>;

/** The database stays at `from`; the message says what failed and what to do. */
export class MigrationFailed extends Error {
  override name = 'MigrationFailed';
  constructor(
    /** Name of the newest migration that the database has; `nothing`: an empty one. */
    readonly from: string,
    /** The one that failed. */
    readonly migration: string,
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `The database could not be brought from ${from} to ${migration}: ${why}\n` +
        'Nothing was changed. Start the version that ran before, and report this; or mend what it says, and start again.',
      { cause },
    );
  }
}

/** A newer version has been at the database. */
export class DatabaseNewer extends Error {
  override name = 'DatabaseNewer';
  constructor(readonly unknown: readonly string[]) {
    super(
      `The database was made by a newer version (it has ${unknown.join(', ')}). ` +
        'Start that version, or restore a backup that was made before the upgrade.',
    );
  }
}

/**
 * Of two processes at once, one waits for the other. Throws `MigrationFailed`, `DatabaseNewer`, and what PostgreSQL says
 * when it cannot be asked.
 */
export async function migrate(db: Database, source: Source = migrationSource): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
    const config = { migrationSource: source };
    const known = (await source.getMigrations([])).map((one) => source.getMigrationName(one));
    const done = await migrationsIn(trx);
    const unknown = done.filter((name) => !known.includes(name));
    if (unknown.length > 0) throw new DatabaseNewer(unknown);
    const missing = known.filter((one) => !done.includes(one));
    // A database that takes no changes is no hindrance to who has none.
    if (missing.length === 0) return;
    // knex's own lock is a row, which a process killed in mid-migration leaves locked for ever.
    await trx.migrate.forceFreeMigrationsLock(config);
    for (const name of missing)
      await trx.migrate.up({ ...config, name }).catch((error: unknown) => {
        throw new MigrationFailed(done.at(-1) ?? 'nothing', name, error);
      });
  });
}

/** Names of what was done, oldest first. */
async function migrationsIn(db: Knex): Promise<string[]> {
  if (!(await db.schema.hasTable('knex_migrations'))) return [];
  return db('knex_migrations').orderBy('name').pluck<string[]>('name');
}
