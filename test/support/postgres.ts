/**
 * A real PostgreSQL database for a test file: its own, with all migrations, dropped afterwards.
 */
import { openDatabase, type Database } from '../../src/store/database';

/** Set by global-setup.ts. */
export const DATABASES_AT = 'OPENLINE_TEST_DATABASES';

export interface TestDatabase {
  /** For whoever connects by himself, such as the started product. */
  url: string;
  db: Database;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** A database cloned from the migrated template, or one without any table. */
export async function testDatabase(
  tables: 'migrated' | 'empty' = 'migrated',
): Promise<TestDatabase> {
  const at = process.env[DATABASES_AT] ?? '';
  const url = await ask('POST', `${at}/${tables}`);
  const db = openDatabase(url);
  return {
    url,
    db,
    async drop() {
      await db.destroy();
      await ask('DELETE', `${at}${new URL(url).pathname}`);
    },
  };
}

async function ask(method: string, url: string): Promise<string> {
  const response = await fetch(url, { method, headers: { connection: 'close' } });
  const body = await response.text();
  if (!response.ok) throw new Error(`no test database: ${body}`);
  return body;
}

/**
 * `beforeAll` and `afterAll` around a test file's database. All tables are empty before each test.
 *
 *     const database = useDatabase();
 *     test('…', async () => { await applyJournal(database.db, [...]) });
 */
export function useDatabase(): { readonly db: Database; readonly url: string } {
  let open: TestDatabase | null = null;
  beforeAll(async () => {
    open = await testDatabase();
  }, 60_000);
  afterAll(async () => {
    await open?.drop();
  });
  beforeEach(async () => {
    if (open !== null) await emptyTables(open.db);
  });
  const current = (): TestDatabase => {
    if (open === null) throw new Error('the database exists only while tests run');
    return open;
  };
  return {
    get db() {
      return current().db;
    },
    get url() {
      return current().url;
    },
  };
}

/**
 * Of the few tables that have rows, and those that refer to them: `truncate` makes all files of a table anew, and of all tables
 * that takes ten times as long. Not `delete`, after which rows lie in another order than they came.
 */
const EMPTY_TABLES = `do $$
  declare
    name text;
    has_rows boolean;
    filled text[] := '{}';
  begin
    for name in select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename not like 'knex%' loop
      execute 'select exists (select from ' || name || ')' into has_rows;
      if has_rows then filled := filled || name; end if;
    end loop;
    if filled <> '{}' then execute 'truncate ' || array_to_string(filled, ', ') || ' cascade'; end if;
  end $$`;

async function emptyTables(db: Database): Promise<void> {
  await db.raw(EMPTY_TABLES);
}
