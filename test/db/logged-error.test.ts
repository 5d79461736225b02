import pino from 'pino';
import { loggedError } from '../../src/logged-error';
import { testDatabase, type TestDatabase } from '../support/postgres';

/** Errors of a real database, as the app logs them. */
let database: TestDatabase;
beforeAll(async () => void (database = await testDatabase()), 60_000);
afterAll(() => database.drop());

test('what was to be written, and the rows that kept it from that, are in no log', async () => {
  const lines: string[] = [];
  const log = pino(
    { serializers: { err: loggedError } },
    { write: (line: string) => lines.push(line) },
  );
  const { db } = database;
  await db.raw('create table logged (number text primary key, name text)');
  const insert = () => db('logged').insert({ number: '+8613800001111', name: '王小芳' });
  await insert();
  await insert().catch((err: unknown) => log.error({ err }, 'refused'));
  expect(lines.join('')).toContain('duplicate key value violates unique constraint');
  expect(lines.join('')).toContain('"code":"23505"');
  expect(lines.join('')).not.toMatch(/13800001111|王小芳/);
});
