/** What helpers ask of a database: sizes, what it does just now, and sums of calls. No row of anybody. */
import type { Database } from './database';

/** A statement that runs for longer is slow. */
const SLOW_MS = 1000;
const LEDGER_DAYS = 14;

export interface DatabaseFacts {
  version: string;
  migrations: string[];
  settings: { name: string; setting: string }[];
  tables: { table: string; rows: number; bytes: number; dead: number }[];
  /** Statements that go on, without what was given to them: `$1` stands in its place. */
  slow: { state: string; ms: number; waits: string | null; query: string }[];
  connections: { state: string | null; count: number }[];
  /** Hotline calls of the last fourteen days, by day (UTC) and by how they ended; null goes on. */
  ledger: { day: string; outcome: string | null; calls: number }[];
  /** The newest alarms. */
  alarms: { at: Date; code: string; detail: string }[];
}

/** So many names are known by heart; a dealership has fewer. */
const MOST_NAMES = 200_000;

/** Names of customers and leads, each once, so that they can be taken out of texts. Rejects when the database does not answer. */
export async function customerNames(db: Database): Promise<string[]> {
  const sql = `select name from (select name from lead union select name from customer) named
    where name <> '' limit ?`;
  const { rows: found } = (await db.raw(sql, [MOST_NAMES])) as { rows: { name: string }[] };
  return found.map(({ name }) => name);
}

/** Rejects when the database does not answer; each statement has five seconds. */
export async function databaseFacts(db: Database): Promise<DatabaseFacts> {
  return db.transaction(
    async (trx) => {
      await trx.raw("set local statement_timeout = '5s'");
      const rows = async <T>(sql: string, bindings: (string | number)[] = []): Promise<T[]> =>
        ((await trx.raw(sql, bindings)) as { rows: T[] }).rows;
      const [version] = await rows<{ version: string }>('select version()');
      return {
        version: version?.version ?? '',
        migrations: (
          await rows<{ name: string }>('select name from knex_migrations order by id')
        ).map(({ name }) => name),
        settings: await rows(SETTINGS_SQL),
        tables: await rows(TABLES_SQL),
        slow: await rows(SLOW_SQL, [SLOW_MS]),
        connections: await rows(CONNECTIONS_SQL),
        ledger: await rows(LEDGER_SQL, [LEDGER_DAYS]),
        alarms: await rows('select at, code, detail from alarm order by at desc limit 200'),
      };
    },
    { readOnly: true },
  );
}

const SETTINGS_SQL = `select name, setting from pg_settings where name in ('max_connections', 'shared_buffers',
  'work_mem', 'fsync', 'synchronous_commit', 'max_wal_size', 'jit', 'server_encoding', 'lc_collate', 'TimeZone')`;

const TABLES_SQL = `select relname as table, n_live_tup::float8 as rows, n_dead_tup::float8 as dead,
  pg_total_relation_size(relid)::float8 as bytes from pg_stat_user_tables order by relname`;

const SLOW_SQL = `select state, wait_event as waits, query,
  round(extract(epoch from clock_timestamp() - query_start) * 1000)::float8 as ms from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
    and clock_timestamp() - query_start > ?::int * interval '1 millisecond' order by query_start`;

const CONNECTIONS_SQL = `select state, count(*)::int as count from pg_stat_activity
  where datname = current_database() group by state order by state`;

const LEDGER_SQL = `select to_char(arrived_at at time zone 'UTC', 'YYYY-MM-DD') as day, outcome, count(*)::int as calls
  from call where direction = 'inbound' and arrived_at > now() - ?::int * interval '1 day'
  group by 1, 2 order by 1, 2`;
