/**
 * Migrations on real data: a dealership's days go down step by step to the earliest version and up again. What a step
 * down loses is listed here; everything else stays as it is, going down and coming up.
 */
import type { Database } from '../../src/store/database';
import { testDatabase, type TestDatabase } from '../support/postgres';
import { fillWithDays } from '../support/real-day';
import { CHANGED, LOST } from './lost-going-down';

/** Rows of a table as JSON, by column. */
type Rows = Record<string, unknown>[];
type Content = Map<string, { columns: string[]; rows: Rows }>;

let database: TestDatabase;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  await fillWithDays(db);
}, 60_000);
afterAll(() => database.drop());

async function content(): Promise<Content> {
  const columns = await db('information_schema.columns')
    .where('table_schema', 'public')
    .whereNot('table_name', 'like', 'knex%')
    .orderBy(['table_name', 'ordinal_position'])
    .select<{ table_name: string; column_name: string }[]>('table_name', 'column_name');
  const found: Content = new Map();
  for (const table of new Set(columns.map((one) => one.table_name))) {
    const own = columns.filter((one) => one.table_name === table);
    const { rows } = await db.raw<{ rows: { row: Record<string, unknown> }[] }>(
      `select to_jsonb("${table}".*) as row from "${table}"`,
    );
    found.set(table, {
      columns: own.map((one) => one.column_name),
      rows: rows.map(({ row }) => row),
    });
  }
  return found;
}

/** `table` and `table.column` that only the first has. */
function onlyIn(a: Content, b: Content): string[] {
  return [...a].flatMap(([table, { columns }]) => {
    const other = b.get(table);
    if (other === undefined) return [table];
    return columns
      .filter((column) => !other.columns.includes(column))
      .map((column) => `${table}.${column}`);
  });
}

/** Tables that hold something else in the columns that both have. */
function changed(a: Content, b: Content): string[] {
  return [...a.keys()].filter((table) => {
    const [one, other] = [a.get(table), b.get(table)];
    if (one === undefined || other === undefined) return false;
    const common = one.columns.filter((column) => other.columns.includes(column));
    return sorted(one.rows, common) !== sorted(other.rows, common);
  });
}

const sorted = (rows: Rows, columns: readonly string[]): string =>
  rows
    .map((row) => JSON.stringify(columns.map((column) => row[column])))
    .sort()
    .join('\n');

const migrations = (): Promise<string[]> => db('knex_migrations').orderBy('name').pluck('name');

test('each step down loses what is listed and changes nothing else; each step up changes nothing', async () => {
  const all = (await migrations()).reverse();
  const empty = [...(await content())].filter(([, { rows }]) => rows.length === 0);
  expect(empty.map(([table]) => table)).toEqual([]);
  const lost: Record<string, string[]> = {};
  const altered: Record<string, string[]> = {};
  for (const name of all) {
    const before = await content();
    await db.migrate.down();
    const after = await content();
    lost[name] = onlyIn(before, after);
    const differs = changed(before, after);
    if (differs.length > 0) altered[name] = differs;
    // Up again on the former version's data, and down once more for the next step.
    await db.migrate.up();
    expect({ name, changedGoingUp: changed(after, await content()) }).toEqual({
      name,
      changedGoingUp: [],
    });
    await db.migrate.down();
    expect({ name, changedGoingDown: changed(after, await content()) }).toEqual({
      name,
      changedGoingDown: [],
    });
  }
  expect(await migrations()).toEqual([]);
  expect(lost).toEqual(LOST);
  expect(altered).toEqual(CHANGED);
}, 120_000);
