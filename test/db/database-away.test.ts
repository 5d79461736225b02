import { isDatabaseAway } from '../../src/http/database-away';
import { openDatabase, type Database } from '../../src/store/database';
import { useDatabase } from '../support/postgres';

/** What pg and knex say of a database that cannot be reached, each brought about for real. */

const database = useDatabase();
const opened: Database[] = [];
afterAll(() => Promise.all(opened.map((one) => one.destroy())));

function open(url: string): Database {
  const db = openDatabase(url, { min: 0, max: 1 });
  opened.push(db);
  return db;
}

const failure = (asked: Promise<unknown>): Promise<Error> =>
  asked.then(
    () => Promise.reject(new Error('it was answered')),
    (error: Error) => error,
  );

test('a port where nothing listens', async () => {
  const error = await failure(open('postgres://nobody@127.0.0.1:1/none').raw('select 1'));
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  expect(isDatabaseAway(error)).toBe(true);
});

test('a connection that is ended while a statement runs', async () => {
  const db = open(database.url);
  const { rows } = await db.raw<{ rows: [{ pid: number }] }>('select pg_backend_pid() as pid');
  const slow = failure(Promise.resolve(db.raw('select pg_sleep(60)')));
  await database.db.raw('select pg_terminate_backend(?)', [rows[0].pid]);
  expect(isDatabaseAway(await slow)).toBe(true);
});

test('a pool of which no connection comes free', async () => {
  const db = open(database.url);
  const held = await db.transaction();
  const error = await failure(Promise.resolve(db.raw('select 1')));
  await held.rollback();
  expect(error.message).toContain('Timeout acquiring a connection');
  expect(isDatabaseAway(error)).toBe(true);
}, 15_000);

test('what a database that is there refuses is a fault of ours', async () => {
  for (const sql of ['select * from no_such_table', 'select 1/0'])
    expect(isDatabaseAway(await failure(Promise.resolve(database.db.raw(sql))))).toBe(false);
  expect(isDatabaseAway(new Error('no such thing'))).toBe(false);
});
