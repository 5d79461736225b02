import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import PgBoss from 'pg-boss';
import { Pace } from '../../src/backup/copy';
import { makeKept, newestKept } from '../../src/backup/kept';
import { lockShelf, makeBackup, type BackupOptions, type MadeBackup } from '../../src/backup/make';
import { restoreBackup, type RestoreOptions } from '../../src/backup/restore';
import { newestOf } from '../../src/backup/shelf';
import { verifyBackup } from '../../src/backup/verify';
import { parseSettings } from '../../src/config';
import { uuidv7Maker } from '../../src/engine/id';
import { FileJournal } from '../../src/engine/journal';
import { Replayer } from '../../src/engine/replay';
import { hotlineLedger } from '../../src/reports';
import { applyJournal } from '../../src/store/apply-journal';
import { needsTmpfs } from '../support/needs';
import { testDatabase, type TestDatabase } from '../support/postgres';
import { fillWithDays } from '../support/real-day';
import { aCall } from '../support/records';
import { SmallDisk } from '../support/small-disk';
import { everyRow } from '../support/every-row';

/** A dealership's real tables and files, saved and brought back, by the same steps as the command's. */
jest.setTimeout(60_000);
const PASSPHRASE = 'correct horse battery';
const free = new Pace(Infinity);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

let database: TestDatabase;
let folder: string;
let clock = Date.UTC(2026, 2, 2, 3, 4, 5);
beforeAll(async () => {
  database = await testDatabase();
  await fillWithDays(database.db);
  folder = mkdtempSync(join(tmpdir(), 'openline-backup-'));
  await recordFiles();
  put('data/prompts/zh-CN/greeting.wav', 'the own greeting');
  put('data/edge-id', 'edge-1');
  put('data/edge/callers.jsonl', '{"served":1}\n');
  for (const gone of ['edge/claims.json', 'epoch', 'snapshot.jsonl', 'read-only', 'prompts/x.part'])
    put(`data/${gone}`, 'of this machine');
  put('data/secrets/session', 'abc\n');
  put('data/secrets/postgres', 'def\n');
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true });
});

const at = (path: string): string => join(folder, path);

function put(path: string, content: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), content);
}

/** Every row of a recording gets a file of its own, with its manifest. */
async function recordFiles(): Promise<void> {
  const ids = await database.db('recording').pluck<string[]>('id');
  for (const [n, id] of ids.entries()) {
    const content = `sound ${n} `.repeat(5000 + n);
    const path = `bj01/2026/03/02/${id}.wav`;
    put(`recordings/${path}`, content);
    put(`recordings/${path}.json`, JSON.stringify({ n }));
    const sha256 = createHash('sha256').update(content).digest('hex');
    const bytes = content.length;
    await database
      .db('recording')
      .where({ id })
      .update({
        ...{ path, bytes, sha256, folder: 1, state: 'stored' },
      });
  }
}

function make(options: Partial<BackupOptions> = {}): Promise<MadeBackup> {
  mkdirSync(at('shelf'), { recursive: true });
  return makeBackup({
    ...{ databaseUrl: database.url, dataDir: at('data'), shelf: at('shelf'), version: '0.1.0' },
    recordingsDirs: [at('recordings'), null],
    ...{ bytesPerSecond: Infinity, passphrase: null, catchUp: async () => true },
    progress: () => undefined,
    now: () => (clock += 1000),
    ...options,
  });
}

/** Into an empty database and empty folders of that name. */
async function restore(backup: string, name: string, options: Partial<RestoreOptions> = {}) {
  const empty = await testDatabase('empty');
  const env = {
    ...{ OPENLINE_DATA: at(`${name}/data`), RECORDINGS_DIR: at(`${name}/recordings`) },
    DATABASE_URL: empty.url,
  };
  const settings = parseSettings(env, folder);
  const done = restoreBackup({
    ...{ backup, settings, passphrase: null, pace: free, progress: () => undefined },
    ...options,
  });
  return { empty, done: done.then((manifest) => manifest) };
}

const filesIn = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(at(path), { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(at(path), name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(at(path), name), 'utf8')]),
  );

test('what was saved comes back: every row, every byte, the ledger', async () => {
  const before = await everyRow(database.db);
  const { folder: backup, manifest } = await make();
  expect(await verifyBackup(backup, free, () => undefined)).toEqual({ manifest, faults: [] });
  const { empty, done } = await restore(backup, 'whole');
  await done;
  expect(await everyRow(empty.db)).toEqual(before);
  expect(Object.values(before).filter(({ length }) => length === 0)).toEqual([]);
  const ledger = await hotlineLedger(empty.db, { from: 0, to: manifest.at + 1 });
  expect(manifest.ledger[0]).toEqual(ledger);
  expect(ledger).toMatchObject({ balanced: true });
  expect(ledger.arrived).toBeGreaterThan(50);
  expect(filesIn('whole/recordings')).toEqual(filesIn('recordings'));
  expect(filesIn('whole/data')).toEqual({
    'edge-id': 'edge-1',
    'edge/callers.jsonl': '{"served":1}\n',
    'prompts/zh-CN/greeting.wav': 'the own greeting',
  });
  await empty.drop();
});

describe('in one file', () => {
  const file = (): string => at('one.tar');
  afterEach(() => rmSync(file(), { force: true }));

  test('it is the same, other programs can look into it, and it comes back by the same command', async () => {
    const before = await everyRow(database.db);
    const { folder: made, manifest } = await make({ file: file(), passphrase: PASSPHRASE });
    expect(made).toBe(file());
    expect(statSync(made).mode & 0o077).toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('one.tar'))).toEqual(['one.tar']);
    const listed = execFileSync('tar', ['-tf', made], { encoding: 'utf8' }).trim().split('\n');
    expect(listed).toHaveLength(manifest.files.count + 2);
    expect(listed.at(-1)).toBe('manifest.json');
    const aside = at('aside');
    mkdirSync(aside);
    execFileSync('tar', ['-xf', made, '-C', aside]);
    expect((await verifyBackup(aside, free, () => undefined)).faults).toEqual([]);
    expect(await verifyBackup(made, free, () => undefined)).toEqual({ manifest, faults: [] });
    const { empty, done } = await restore(made, 'onefile', { passphrase: PASSPHRASE });
    await done;
    expect(await everyRow(empty.db)).toEqual(before);
    expect(filesIn('onefile/recordings')).toEqual(filesIn('recordings'));
    expect(filesIn('onefile/data/secrets')).toEqual(filesIn('data/secrets'));
    await expect(make({ file: file() })).rejects.toMatchObject({ code: 'FILE_THERE' });
    await empty.drop();
  });

  test('one that is cut off or damaged anywhere is said to be so, and nothing is written', async () => {
    await make({ file: file() });
    const whole = readFileSync(file());
    const bad: [Buffer, string][] = [
      ...[1, 2, 3, 4, 5].map((n): [Buffer, string] => [
        whole.subarray(0, Math.floor((whole.length * n) / 6)),
        'DAMAGED',
      ]),
      [whole.subarray(0, 100), 'NO_BACKUP'],
      [Buffer.from('no tar '.repeat(200)), 'NO_BACKUP'],
      ...[3, 5, 7].map((n): [Buffer, string] => {
        const changed = Buffer.from(whole);
        changed[Math.floor((whole.length * n) / 11)]! ^= 1;
        return [changed, 'DAMAGED'];
      }),
    ];
    for (const [content, code] of bad) {
      writeFileSync(file(), content);
      const { empty, done } = await restore(file(), 'badfile');
      await expect(done).rejects.toMatchObject({ code });
      expect(readdirSync(at('badfile/data'))).toEqual([]);
      await empty.drop();
    }
  });

  test('one that was broken off leaves none, and is made again', async () => {
    const breaksOff = make({
      file: file(),
      progress: (step, done) => {
        if (step === 'recordings' && done > 0) throw new Error('broken off');
      },
    });
    await expect(breaksOff).rejects.toThrow('broken off');
    expect(existsSync(file())).toBe(false);
    const { folder: made } = await make({ file: file() });
    expect((await verifyBackup(made, free, () => undefined)).faults).toEqual([]);
  });
});

test('jobs come back as they were: those that wait, that run, that are done, with their queues', async () => {
  const own = await testDatabase();
  const boss = new PgBoss({ connectionString: own.url, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('dead');
  await boss.createQueue('mail', {
    ...{ name: 'mail', retryLimit: 5, retryDelay: 7, retryBackoff: true, deadLetter: 'dead' },
  });
  for (const text of ['done', 'runs', 'waits', 'tab\t"\\n"'])
    await boss.send('mail', { text }, { startAfter: text === 'waits' ? 3600 : 0 });
  const [done] = await boss.fetch('mail');
  await boss.complete('mail', done?.id ?? '');
  await boss.fetch('mail');
  await boss.stop({ graceful: false });
  const jobs = async ({ db }: TestDatabase) => ({
    queues: await db('pgboss.queue').orderBy('name'),
    jobs: await db('pgboss.job').orderBy('id'),
    tables: await db('pg_tables')
      .where({ schemaname: 'pgboss' })
      .orderBy('tablename')
      .pluck('tablename'),
  });
  const before = await jobs(own);
  expect(before.jobs.map(({ state }) => state).sort()).toEqual([
    ...['active', 'completed', 'created', 'created'],
  ]);
  const { folder: backup } = await make({ databaseUrl: own.url });
  // Whoever breaks it off begins again with the same command; it makes the jobs' tables first.
  const { empty, done: broken } = await restore(backup, 'jobs', {
    progress: (step, n) => {
      if (step === 'tables' && n > 3) throw new Error('broken off');
    },
  });
  await expect(broken).rejects.toThrow('broken off');
  const env = { OPENLINE_DATA: at('jobs/data'), RECORDINGS_DIR: at('jobs/recordings') };
  const settings = parseSettings({ ...env, DATABASE_URL: empty.url }, folder);
  const again = { backup, settings, passphrase: null, pace: free, progress: () => undefined };
  await restoreBackup(again);
  expect(await jobs(empty)).toEqual(before);
  const restored = new PgBoss({ connectionString: empty.url, supervise: false, schedule: false });
  await restored.start();
  const next = await restored.fetch<{ text: string }>('mail');
  expect(next.map(({ data }) => data.text)).toEqual(['tab\t"\\n"']);
  expect(await restored.fetch('mail')).toEqual([]);
  await restored.stop({ graceful: false });
  // Jobs of somebody else in an otherwise empty database stay.
  const taken = await testDatabase('empty');
  const theirs = new PgBoss({ connectionString: taken.url, supervise: false, schedule: false });
  await theirs.start();
  await theirs.createQueue('theirs');
  await theirs.stop({ graceful: false });
  const refused = restoreBackup({
    ...again,
    settings: parseSettings(
      { OPENLINE_DATA: at('j2/data'), RECORDINGS_DIR: at('j2/r'), DATABASE_URL: taken.url },
      folder,
    ),
  });
  await expect(refused).rejects.toMatchObject({ code: 'DATABASE_TAKEN' });
  for (const one of [own, empty, taken]) await one.drop();
  rmSync(backup, { recursive: true });
});

test('what is written while it is made is in none of its tables', async () => {
  let isWritten = false;
  let wasWritten = false;
  let writing: Promise<unknown> = Promise.resolve();
  const row = { call_id: uuidv7Maker()(), agent_id: 'ann', store_id: 'bj01', queue_id: 'sales' };
  const { folder: backup, manifest } = await make({
    bytesPerSecond: 1e6,
    progress: (step, n, total) => {
      if (step === 'tables' && n === 0) {
        const late = { ...row, at: new Date(), score: 1 };
        writing = database
          .db('rating')
          .insert(late)
          .then(() => (isWritten = true));
      }
      // `rating` is one of the last third.
      if (step === 'tables' && n < (total * 2) / 3) wasWritten = isWritten;
    },
  });
  await writing;
  await database.db('rating').where({ call_id: row.call_id }).delete();
  expect(wasWritten).toBe(true);
  const [{ count } = { count: '' }] = await database.db('rating').count<{ count: string }[]>();
  expect(manifest.tables.find(({ name }) => name === 'rating')?.rows).toBe(Number(count));
  rmSync(backup, { recursive: true });
});

test('nobody but its owner reads a backup', async () => {
  const { folder: backup } = await make();
  const modes = readdirSync(backup, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { mode } = statSync(join(backup, name));
    return mode & 0o077;
  });
  expect(new Set(modes)).toEqual(new Set([0]));
});

test('a recording that a former backup has takes its room once, and is not the live file', async () => {
  const first = await make();
  const second = await make();
  expect(second.reused).toBe(second.manifest.recordings.files);
  const [name = ''] = Object.keys(filesIn('recordings')).filter((one) => one.endsWith('.wav'));
  const inode = (path: string): number => statSync(path).ino;
  const inBackup = ({ folder: backup }: MadeBackup) => join(backup, 'recordings/1', name);
  expect(inode(inBackup(second))).toBe(inode(inBackup(first)));
  expect(inode(inBackup(first))).not.toBe(inode(at(`recordings/${name}`)));
});

test('a backup that was broken off is none, and what it has of recordings is not read again', async () => {
  rmSync(at('shelf'), { recursive: true });
  let copied = 0;
  const breaksOff = make({
    progress: (step) => {
      if (step === 'recordings' && (copied += 1) > 2) throw new Error('broken off');
    },
  });
  await expect(breaksOff).rejects.toThrow('broken off');
  expect(readdirSync(at('shelf')).every((name) => name.endsWith('.partial'))).toBe(true);
  expect(await newestOf(at('shelf'))).toBeNull();
  const { reused, folder: backup } = await make();
  expect(reused).toBe(2);
  expect(readdirSync(at('shelf'))).toEqual([backup.slice(at('shelf').length + 1)]);
  expect((await verifyBackup(backup, free, () => undefined)).faults).toEqual([]);
});

test('a second backup in the same folder waits for nobody and begins nothing', async () => {
  let second: Promise<MadeBackup> | null = null;
  await make({
    catchUp: async () =>
      (second = make()).then(
        () => true,
        () => true,
      ),
  });
  await expect(second).rejects.toMatchObject({ code: 'UNDER_WAY' });
});

test.each([
  ['a recording', 'recordings/1', /\.wav$/],
  ['a table', 'tables', /^call\.copy$/],
  ['the list of files', '', /^files\.jsonl$/],
])('%s that was changed is found before anything is written', async (_what, within, name) => {
  const { folder: backup } = await make();
  const found = readdirSync(join(backup, within), { recursive: true, encoding: 'utf8' });
  const path = join(backup, within, found.find((one) => name.test(one)) ?? '');
  const text = readFileSync(path);
  text[text.length >> 1]! ^= 1;
  rmSync(path);
  writeFileSync(path, text);
  const { empty, done } = await restore(backup, 'damaged');
  await expect(done).rejects.toMatchObject({ code: 'DAMAGED' });
  expect(readdirSync(at('damaged/data'))).toEqual([]);
  await empty.drop();
  rmSync(backup, { recursive: true });
});

test('folders or a database that hold something are left alone', async () => {
  const { folder: backup } = await make();
  put('taken/data/journal/x', '');
  const one = await restore(backup, 'taken');
  await expect(one.done).rejects.toMatchObject({ code: 'NOT_EMPTY', detail: at('taken/data') });
  put('heard/recordings/x.wav', '');
  const two = await restore(backup, 'heard');
  await expect(two.done).rejects.toMatchObject({ code: 'NOT_EMPTY' });
  const before = await everyRow(database.db);
  const settings = parseSettings(
    { OPENLINE_DATA: at('full/data'), RECORDINGS_DIR: at('full/r'), DATABASE_URL: database.url },
    folder,
  );
  await database.db('alarm').where({ code: 'RECORDING_DISK' }).limit(1).update({ detail: 'newer' });
  await database.db('alarm').insert({
    ...{ id: uuidv7Maker()(), at: new Date(), code: 'RECORDING_DISK', detail: 'one more' },
  });
  const three = restoreBackup({
    ...{ backup, settings, passphrase: null, pace: free, progress: () => undefined },
  });
  await expect(three).rejects.toMatchObject({ code: 'DATABASE_TAKEN' });
  expect(Object.keys(await everyRow(database.db))).toEqual(Object.keys(before));
  await one.empty.drop();
  await two.empty.drop();
});

test('a restore that was broken off goes on where it was, with the same command', async () => {
  const { folder: backup } = await make();
  const { empty, done } = await restore(backup, 'again', {
    progress: (step, n) => {
      if (step === 'tables' && n > 3) throw new Error('broken off');
    },
  });
  await expect(done).rejects.toThrow('broken off');
  expect(readFileSync(at('again/data/restoring'), 'utf8')).toBe(`${backup}\n`);
  const rows = await empty.db('call').count();
  expect(rows).toEqual([{ count: '0' }]);
  const env = { OPENLINE_DATA: at('again/data'), RECORDINGS_DIR: at('again/recordings') };
  const settings = parseSettings({ ...env, DATABASE_URL: empty.url }, folder);
  const again = { backup, settings, passphrase: null, pace: free, progress: () => undefined };
  await restoreBackup(again);
  expect(existsSync(at('again/data/restoring'))).toBe(false);
  expect(await everyRow(empty.db)).toEqual(await everyRow(database.db));
  await empty.drop();
});

test('what the database had not got yet comes along in the journal, and is there after the start', async () => {
  const journal = await FileJournal.open({
    ...{ folder: at('data/journal'), makeId: uuidv7Maker(), log: silent },
  });
  const call = aCall({ state: 'closed', outcome: 'left', endedAt: Date.now() });
  journal.append(Date.now(), { kind: 'call.saved', call });
  await journal.flush();
  const { folder: backup, manifest } = await make({ catchUp: async () => false });
  await journal.close();
  rmSync(at('data/journal'), { recursive: true });
  expect(manifest.caughtUp).toBe(false);
  const { empty, done } = await restore(backup, 'behind');
  await done;
  const restored = await FileJournal.open({
    ...{ folder: at('behind/data/journal'), makeId: uuidv7Maker(), log: silent },
  });
  const apply = (entries: Parameters<typeof applyJournal>[1]) =>
    applyJournal(empty.db, entries).then(() => undefined);
  const replayer = new Replayer({ journal: restored, apply, log: silent });
  replayer.start();
  await replayer.caughtUp();
  await replayer.stop();
  await restored.close();
  const ledger = await hotlineLedger(empty.db, { from: 0, to: Date.now() + 1000 });
  expect(ledger.arrived).toBe((manifest.ledger[0]?.arrived ?? 0) + 1);
  await empty.drop();
});

test('secrets come along only when asked, and open with their passphrase alone', async () => {
  const { folder: backup } = await make({ passphrase: PASSPHRASE });
  const text = readFileSync(join(backup, 'secrets.json'), 'utf8');
  expect(text).not.toMatch(/abc|YWJj/);
  const wrong = await restore(backup, 'wrong', { passphrase: 'another passphrase' });
  await expect(wrong.done).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
  const right = await restore(backup, 'right', { passphrase: PASSPHRASE });
  await right.done;
  expect(filesIn('right/data/secrets')).toEqual({ postgres: 'def\n', session: 'abc\n' });
  await wrong.empty.drop();
  await right.empty.drop();
});

test('one of an older version is restored as that version, and brought forward', async () => {
  const old = await testDatabase();
  await fillWithDays(old.db, [21]);
  // A machine with one folder has all of them in that.
  await old.db('recording').update({ folder: 1 });
  for (let n = 0; n < 4; n += 1) await old.db.migrate.down();
  const [{ name } = { name: '' }] = await old.db('knex_migrations').orderBy('id', 'desc');
  const { folder: backup, manifest } = await make({ databaseUrl: old.url });
  expect(manifest.migration).toBe(name);
  const { empty, done } = await restore(backup, 'older');
  await done;
  await old.db.migrate.latest();
  expect(await everyRow(empty.db)).toEqual(await everyRow(old.db));
  await empty.drop();
  await old.drop();
});

test('one of a newer version is refused', async () => {
  const { folder: backup } = await make();
  const path = join(backup, 'manifest.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"00\d\d_[a-z_]+"/, '"9999_later"'));
  await expect(verifyBackup(backup, free, () => undefined)).rejects.toMatchObject({
    code: 'NEWER_VERSION',
  });
  rmSync(backup, { recursive: true });
});

needsTmpfs('a disk that is nearly full', () => {
  test('without room nothing is begun', async () => {
    const disk = new SmallDisk(2000);
    try {
      disk.fill(500);
      await expect(make({ shelf: disk.path })).rejects.toMatchObject({ code: 'NO_ROOM' });
    } finally {
      disk.close();
    }
  });
});

describe('by itself', () => {
  const kept = (options: Partial<Parameters<typeof makeKept>[0]> = {}) =>
    makeKept({
      ...{ dir: at('kept'), keep: 2, databaseUrl: database.url, dataDir: at('data') },
      ...{ recordingsDirs: [at('recordings'), null], version: '0.1.0', bytesPerSecond: Infinity },
      ...{ catchUp: async () => true, progress: () => undefined, now: () => (clock += 1000) },
      ...options,
    });
  const files = (): string[] => readdirSync(at('kept')).sort();

  test('it is one file that is whole, and the oldest goes', async () => {
    const made = [await kept(), await kept(), await kept()].map(({ folder: file }) => file);
    expect(files()).toEqual(made.slice(1).map((file) => basename(file)));
    const { faults, manifest } = await verifyBackup(made[2] ?? '', free, () => undefined);
    expect(faults).toEqual([]);
    expect(manifest.secrets).toBe(false);
    expect(await newestKept(at('kept'))).toBe(clock - (clock % 1000));
  });

  test('one that fails, is damaged on the disk or would be the second takes nothing away', async () => {
    const before = files();
    const databaseUrl = 'postgres://x:y@127.0.0.1:1/none';
    await expect(kept({ databaseUrl })).rejects.toThrow('ECONNREFUSED');
    expect(files().filter((name) => name.endsWith('.tar'))).toEqual(before);
    let damaged = 0;
    const progress = (): void => {
      const file = files().find((name) => name.endsWith('.new'));
      if (file === undefined || (damaged += 1) > 1) return;
      const content = readFileSync(join(at('kept'), file));
      content.write('another', content.lastIndexOf('sound 1 '));
      writeFileSync(join(at('kept'), file), content);
    };
    await expect(kept({ progress })).rejects.toMatchObject({ code: 'DAMAGED' });
    expect(files().filter((name) => name.endsWith('.tar'))).toEqual(before);
    const unlock = lockShelf(at('kept'));
    await expect(kept()).rejects.toMatchObject({ code: 'UNDER_WAY' });
    unlock();
    // What they left is cleared away by the next.
    const { folder: file } = await kept();
    expect(files()).toEqual([before[1], basename(file)]);
  });

  test('where there is none yet nothing is known', async () => {
    expect(await newestKept(at('nowhere'))).toBeNull();
  });
});
