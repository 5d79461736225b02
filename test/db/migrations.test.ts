import type { Knex } from 'knex';
import { migrationSource } from '../../migrations/list';
import { openDatabase, type Database } from '../../src/store/database';
import { DatabaseNewer, migrate, MigrationFailed } from '../../src/store/migrating';
import { testDatabase, type TestDatabase } from '../support/postgres';

/** Every migration goes forward, back, and forward again to the same schema. */
let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase('empty');
  db = database.db;
}, 60_000);
afterAll(() => database.drop());

/** Everything that makes up the schema, as PostgreSQL describes it. */
async function schema(): Promise<unknown> {
  const columns = await db('information_schema.columns')
    .where('table_schema', 'public')
    .whereNot('table_name', 'like', 'knex%')
    .orderBy(['table_name', 'ordinal_position'])
    .select('table_name', 'column_name', 'data_type', 'is_nullable', 'column_default');
  const indexes = await db('pg_indexes')
    .where('schemaname', 'public')
    .whereNot('tablename', 'like', 'knex%')
    .orderBy('indexname')
    .select('indexname', 'indexdef');
  return { columns, indexes };
}

const allOfThem = async () => String((await migrationSource.getMigrations([])).length);

test('goes up, down to nothing and up again', async () => {
  await db.migrate.latest();
  const first = await schema();
  expect(first).not.toEqual({ columns: [], indexes: [] });

  await db.migrate.rollback(undefined, true);
  expect(await schema()).toEqual({ columns: [], indexes: [] });

  await db.migrate.latest();
  expect(await schema()).toEqual(first);
});

test('names its migrations alike in TypeScript and in dist', async () => {
  const names = await db('knex_migrations').orderBy('id').pluck<string[]>('name');
  expect(names).toEqual([
    '0001_plan',
    '0002_leads',
    '0003_calls',
    '0004_journal',
    '0005_recording_gaps',
    '0006_recording_folder',
    '0007_trunk_numbers',
    '0008_phones',
    '0009_leg_far_side',
    '0010_dialling',
    '0011_seats',
    '0012_park',
    '0013_recording_links',
    '0014_confirmed_numbers',
    '0015_day_counts',
    '0016_hotline_orders',
    '0017_pins',
    '0018_asking',
    '0019_skills',
    '0020_offers',
    '0021_blocked_callers',
    '0022_attempts',
    '0023_forms',
    '0024_waits',
    '0025_desktops',
    '0026_menu',
    '0027_hotline_messages',
    '0028_ratings',
    '0029_wrap_up',
    '0030_consultations_in_line',
    '0031_organisation',
    '0032_sign_in',
    '0033_plan_versions',
    '0034_api_tokens',
    '0035_app_lease',
    '0036_outside_events',
    '0037_text_messages',
    '0038_alarm_store',
    '0039_alarm_standing',
    '0040_customers',
    '0041_lead_steps',
    '0042_imports',
    '0043_merging',
    '0044_lead_lists',
    '0045_permissions',
    '0046_erasures',
    '0047_incoming_leads',
    '0048_large_books',
    '0049_lead_work',
    '0050_handover',
    '0051_meetings',
    '0052_confirmations',
    '0053_callers_and_edits',
  ]);
});

test('of two processes that migrate at once, one waits for the other', async () => {
  const other = openDatabase(database.url);
  await db.migrate.rollback(undefined, true);
  await Promise.all([migrate(db), migrate(other)]);
  await other.destroy();
  expect(await db('knex_migrations').count()).toEqual([{ count: await allOfThem() }]);
});

test('a process killed in mid-migration does not block the next', async () => {
  await db('knex_migrations_lock').update({ is_locked: 1 });
  await migrate(db);
  expect(await db('knex_migrations').count()).toEqual([{ count: await allOfThem() }]);
});

const newest = async () => (await migrationSource.getMigrations([])).at(-1)?.name;

type Named = Knex.Migration & { name: string };

/** Our migrations, and two more behind them. */
const withTwoMore = (up: (knex: Knex) => Promise<void>): Knex.MigrationSource<Named> => ({
  getMigrations: async () => [
    ...(await migrationSource.getMigrations([])),
    { name: '9001_good', up: async () => undefined, down: async () => undefined },
    { name: '9002_bad', up, down: async () => undefined },
  ],
  getMigrationName: (one) => one.name,
  getMigration: (one) => Promise.resolve(one),
});

test('an upgrade that fails leaves the database as the version before left it, and says what to do', async () => {
  await migrate(db);
  const before = await schema();
  const source = withTwoMore(async (knex) => {
    await knex.raw('create table half_made (n integer)');
    await knex.raw('alter table call add column arrived_at text');
  });
  const failed = await migrate(db, source).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(MigrationFailed);
  expect(failed).toMatchObject({
    ...{ migration: '9002_bad', from: await newest() },
    message: expect.stringMatching(/"arrived_at".*already exists[^]*Nothing was changed/),
  });
  expect(await schema()).toEqual(before);
  expect(await db('knex_migrations').where('name', 'like', '9%')).toEqual([]);
  await migrate(db);
});

test('a database of a newer version is left alone, and is said to be one', async () => {
  const source = withTwoMore(async () => undefined);
  await migrate(db, source);
  const refused = migrate(db);
  await expect(refused).rejects.toBeInstanceOf(DatabaseNewer);
  await expect(refused).rejects.toMatchObject({ unknown: ['9001_good', '9002_bad'] });
  await db('knex_migrations').where('name', 'like', '9%').delete();
});
