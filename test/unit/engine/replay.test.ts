import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournalEntry, JournalRecord } from '../../../src/domain/records';
import { uuidv7Maker } from '../../../src/engine/id';
import { FileJournal } from '../../../src/engine/journal';
import { Replayer } from '../../../src/engine/replay';

const warnings: string[] = [];
const log = {
  info: () => undefined,
  warn: (_fields: object, message: string) => warnings.push(message),
  error: () => undefined,
};
const note = (what: number): JournalRecord => ({
  kind: 'audit.noted',
  who: 'test',
  what: String(what),
  subject: 'replay',
});

/** A database that can be away, and counts what was applied twice by id. */
class Database {
  readonly rows = new Map<string, number>();
  calls = 0;
  away = 0;
  apply = async (entries: JournalEntry[]): Promise<void> => {
    this.calls += 1;
    await new Promise(setImmediate);
    if (this.away > 0) {
      this.away -= 1;
      throw new Error('connection refused');
    }
    for (const { id, record } of entries)
      if (record.kind === 'audit.noted') this.rows.set(id, Number(record.what));
  };
  get order(): number[] {
    return [...this.rows.values()];
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

let folder: string;
let journal: FileJournal;
let replayer: Replayer;
let database: Database;

const open = () => FileJournal.open({ folder, makeId: uuidv7Maker(), log, segmentBytes: 4096 });
const replay = () =>
  new Replayer({
    journal,
    apply: database.apply,
    log,
    gatherMs: 0,
    backoffMs: { first: 1, longest: 4 },
  });

beforeEach(async () => {
  warnings.length = 0;
  folder = await mkdtemp(join(tmpdir(), 'openline-replay-'));
  journal = await open();
  database = new Database();
  replayer = replay();
});
afterEach(async () => {
  await replayer.stop();
  await journal.close();
  await rm(folder, { recursive: true });
});

test('everything reaches the database in order', async () => {
  replayer.start();
  for (const n of upTo(1200)) journal.append(n, note(n));
  await replayer.caughtUp();
  expect(database.order).toEqual(upTo(1200));
  expect(database.calls).toBeLessThan(20);
});

test('what comes while it waits is applied too', async () => {
  replayer.start();
  await replayer.caughtUp();
  journal.append(1, note(0));
  await replayer.caughtUp();
  journal.append(1, note(1));
  await replayer.caughtUp();
  expect(database.order).toEqual([0, 1]);
});

test('a database that is away is tried again until it is back; order is kept', async () => {
  database.away = 5;
  replayer.start();
  for (const n of upTo(10)) journal.append(n, note(n));
  await replayer.caughtUp();
  expect(database.order).toEqual(upTo(10));
  expect(warnings).toHaveLength(5);
});

test('a former life is applied before this one', async () => {
  journal.append(1, note(0));
  await journal.close();
  journal = await open();
  journal.append(2, note(1));
  replayer = replay();
  replayer.start();
  await replayer.caughtUp();
  expect(database.order).toEqual([0, 1]);
});

test('nothing is applied twice in one life, and nothing again in the next', async () => {
  const seen: string[] = [];
  const { apply } = database;
  database.apply = async (entries) => {
    seen.push(...entries.map(({ id }) => id));
    await apply(entries);
  };
  replayer = replay();
  replayer.start();
  for (const n of upTo(100)) journal.append(n, note(n));
  await replayer.caughtUp();
  await replayer.stop();
  await journal.close();
  journal = await open();
  replayer = replay();
  replayer.start();
  await replayer.caughtUp();
  expect(seen).toHaveLength(100);
  expect(new Set(seen).size).toBe(100);
});

test('stop does not wait for a database that is away', async () => {
  database.away = Infinity;
  replayer = new Replayer({
    journal,
    apply: database.apply,
    log,
    gatherMs: 0,
    backoffMs: { first: 3_600_000, longest: 3_600_000 },
  });
  replayer.start();
  journal.append(1, note(0));
  const caughtUp = replayer.caughtUp();
  await journal.flush();
  await replayer.stop();
  await caughtUp;
  expect(database.order).toEqual([]);
});
