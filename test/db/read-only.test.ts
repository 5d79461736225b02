import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadOnly } from '../../src/domain/read-only';
import { ReadOnlyMode } from '../../src/jobs/read-only-mode';
import { openDatabase } from '../../src/store/database';
import { migrate } from '../../src/store/migrating';
import { takesChanges } from '../../src/store/takes-changes';
import { needsTmpfs } from '../support/needs';
import { testDatabase, type TestDatabase } from '../support/postgres';
import { SmallDisk } from '../support/small-disk';
import { Seen } from '../support/wait';

/** The mode over a real disk and a real database. */
let folder: string;
let database: TestDatabase;
const modes: ReadOnlyMode[] = [];
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'openline-read-only-'));
}, 60_000);
afterEach(() => {
  for (const mode of modes.splice(0)) mode.stop();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

async function started(dataDir = folder, reserveBytes = 0) {
  const told = new Seen<ReadOnly | null>();
  const mode = new ReadOnlyMode({
    ...{ dataDir, reserveBytes, everyMs: 20, now: () => 7 },
    database: () => takesChanges(database.db),
    onChange: (state) => told.add(state),
  });
  modes.push(mode);
  await mode.start();
  return { mode, told };
}

test('an order is in force at once, and after the next start, until it is ended', async () => {
  const { mode, told } = await started();
  expect(mode.state()).toBeNull();
  expect(await mode.order(true)).toEqual({ why: 'ordered', since: 7 });
  mode.stop();
  const next = await started();
  expect(next.mode.state()).toMatchObject({ why: 'ordered' });
  expect(await next.mode.order(false)).toBeNull();
  expect([told.all, next.told.all]).toEqual([
    // A former life may have told otherwise.
    [null, { why: 'ordered', since: 7 }],
    [{ why: 'ordered', since: 7 }, null],
  ]);
});

test('a database that takes no changes is noticed, and that it takes them again', async () => {
  const { told } = await started();
  const name = new URL(database.url).pathname.slice(1);
  const other = openDatabase(database.url);
  // What a connection has begun with stays with it: the pool's are cut.
  const setTo = async (state: string): Promise<void> => {
    await other.raw(`alter database "${name}" set default_transaction_read_only = ${state}`);
    await other.raw(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = ? and pid <> pg_backend_pid()',
      [name],
    );
  };
  await setTo('on');
  await told.next('read-only', (one) => one?.why === 'database');
  const from = told.all.length;
  // The schema is as it should be: the product starts all the same.
  await migrate(database.db);
  await other.raw('set default_transaction_read_only = off');
  await setTo('off');
  await told.next('the end of it', (one) => one === null, { from });
  await other.destroy();
});

needsTmpfs('a disk that fills up', () => {
  test('is noticed before it is full', async () => {
    const disk = new SmallDisk(4000);
    try {
      const { told } = await started(disk.path, 1_000_000);
      disk.fill(500);
      await told.next('read-only', (one) => one?.why === 'disk');
      const from = told.all.length;
      disk.free();
      await told.next('the end of it', (one) => one === null, { from });
    } finally {
      disk.close();
    }
  });
});
