/**
 * A backup of the started product while people talk, wait and call, by the command; it is killed in the middle and made
 * again, restored into empty folders (killed there, too), and the product is started from it: the ledger, promises,
 * plan and people of the moment of the backup, whatever came after it, and every recording byte for byte.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { dataFiles, keptOf } from '../../src/backup/data-folder';
import type { Manifest } from '../../src/backup/manifest';
import { balance } from '../../src/reports/hotline-ledger';
import type { CallOutcome } from '../../src/domain/records';
import { openline } from '../support/command';
import { FullHouse, hearEachOther } from '../support/full-house';
import { PASSWORD } from '../support/plan';
import { startProduct, type Product } from '../support/product';
import { startPushClient } from '../support/push-client';
import { longestGapMs } from '../support/tone-meter';
import { waitFor } from '../support/wait';

const root = join(__dirname, '../..');

let folder: string;
let house: FullHouse;
let restored: Product | undefined;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-saved-'));
  house = await FullHouse.open(2);
}, 120_000);
afterAll(async () => {
  await restoredDb?.end();
  await restored?.stop();
  await house?.close();
  rmSync(folder, { recursive: true, force: true });
}, 40_000);

const at = (path: string): string => join(folder, path);
const backups = (): string[] => readdirSync(at('shelf')).filter((name) => !name.includes('.'));
const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(at('shelf'), name, 'manifest.json'), 'utf8')) as Manifest;

/** Where the backup is restored to: as bare as a new machine. */
const target = () => ({
  ...{ http: 'http://127.0.0.1:1', dataDir: at('new/data'), recordingsDir: at('new/recordings') },
});

/** The command as a process that can be killed. */
function begin(args: string[], { dataDir, recordingsDir, http } = target()): ChildProcess {
  const env = { PATH: process.env['PATH'], OPENLINE_DATA: dataDir, RECORDINGS_DIR: recordingsDir };
  const script = join(root, 'dist/src/cli/main.js');
  return spawn(process.execPath, [script, ...args], {
    env: { ...env, HTTP_LISTEN: http },
    ...{ cwd: folder, stdio: 'ignore' },
  });
}

async function killedWhen(
  child: ChildProcess,
  what: string,
  isThere: () => boolean,
): Promise<void> {
  const gone = once(child, 'exit');
  await waitFor(what, isThere, 30_000);
  child.kill('SIGKILL');
  expect(await gone).toEqual([null, 'SIGKILL']);
}

/** Callers who come and go until it is told to end. */
async function callsUntil(over: () => boolean): Promise<number> {
  let calls = 0;
  while (!over()) {
    const guest = await house.waits(`1390000${1000 + calls}`);
    await house.hangsUp(guest);
    calls += 1;
  }
  return calls;
}

const filesIn = (within: string): string[] =>
  readdirSync(within, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.wav(\.json)?$/.test(name))
    .sort();

const STORED = `select id, call_id, path, folder, bytes, sha256, started_at, duration_ms, saved_at
  from recording where state = 'stored' order by saved_at, id`;
const CALLS = `select id, hotline, from_number, arrived_at, talk_started_at, ended_at, outcome, end_cause
  from call where direction = 'inbound' order by arrived_at, id`;
const PROMISES =
  'select id, call_id, number, state, reason, opened_at from promise order by opened_at, id';

interface Stored {
  id: string;
  path: string;
  call_id: string;
  saved_at: Date;
}
interface CallRow {
  id: string;
  arrived_at: Date;
  ended_at: Date | null;
  outcome: CallOutcome | null;
  end_cause: string | null;
}
interface PromiseRow {
  id: string;
  call_id: string;
  opened_at: Date;
}
type Told = Manifest['ledger'][number];

/** Of the product that was restored. */
let restoredDb: Client | undefined;
async function openRestored(): Promise<void> {
  const told = readFileSync(at('new/data/running.json'), 'utf8');
  const { DATABASE_URL: connectionString } = JSON.parse(told) as { DATABASE_URL: string };
  restoredDb = new Client({ connectionString });
  // It goes before its last client where the product is stopped for another reason.
  restoredDb.on('error', () => undefined);
  await restoredDb.connect();
}
const restoredRows = async <T extends object>(sql: string): Promise<T[]> =>
  (await restoredDb?.query<T>(sql))?.rows ?? [];

/** Of rows in the order of their time those up to the last one that a backup has: with no hole in between. */
const upTo = <T>(rows: readonly T[], last: T | undefined, timeOf: (row: T) => Date): T[] =>
  rows.filter((row) => last !== undefined && timeOf(row) <= timeOf(last));

/** Two who talk on through all of it. */
let talk: Awaited<ReturnType<FullHouse['talk']>>;
/** Two others, who talk on until the backup is made. */
let other: Awaited<ReturnType<FullHouse['talk']>>;
/** The backup that is made under load, when its command was given, and what it says of itself. */
let made: { from: string; began: number; manifest: Manifest };

test('one that is killed in the middle is none', async () => {
  mkdirSync(at('shelf'));
  mkdirSync(at('new'));
  const over = await house.talk('13800100001');
  talk = await house.talk('13800100002');
  await house.hangsUp(over.guest);
  await house.isHungUp(over.seat);
  other = await house.talk('13800100003');
  await house.hangsUp(await house.waits('13800200001'));
  await house.waits('13800200002');
  await waitFor('a recording to be stored', async () => (await house.rows(STORED)).length > 0);
  // So slow that it is still at it when it is killed.
  const slow = begin(['backup', at('shelf'), '--rate', '0.005'], house.product);
  await killedWhen(slow, 'the first table', () =>
    readdirSync(at('shelf'), { recursive: true, encoding: 'utf8' }).some((one) =>
      one.includes('.copy'),
    ),
  );
  expect(backups()).toEqual([]);
}, 60_000);

test('while people call, who talks hears no gap, and it is of one moment', async () => {
  for (const { ear } of [talk.guest, talk.seat]) ear.forget();
  let isOver = false;
  const began = Date.now();
  const load = callsUntil(() => isOver);
  const told = await openline(house.product, 'backup', at('shelf'), '--rate', '0.5').finally(
    () => (isOver = true),
  );
  expect(await load).toBeGreaterThan(3);
  expect(told.code).toBe(0);
  expect(longestGapMs(talk.seat.ear.heard)).toBeLessThan(400);
  await hearEachOther(talk.guest, talk.seat);
  const [name = ''] = backups();
  const manifest = manifestOf(name);
  made = { from: join(at('shelf'), name), began, manifest };
  expect(manifest).toMatchObject({ caughtUp: true, recordings: { missing: [], damaged: [] } });
  expect(manifest.ledger[0]).toMatchObject({ balanced: true, from: 0, to: manifest.at + 1 });
  const verified = await openline(house.product, 'backup', 'verify', made.from);
  expect(verified.code).toBe(0);
}, 60_000);

test('of every file of its folder it is decided whether a backup has it', async () => {
  const files: string[] = [];
  for await (const path of dataFiles(house.product.dataDir)) files.push(path);
  expect(files).toEqual(expect.arrayContaining(['edge-id', 'edge/claims.json', 'epoch']));
  expect(files.filter((path) => keptOf(path) === null)).toEqual([]);
});

test('after its moment the product goes on: callers come, and a talk is recorded to its end', async () => {
  const before = await house.rows<Stored>(STORED);
  await house.hangsUp(other.guest);
  await house.isHungUp(other.seat);
  await waitFor('its recording', async () => (await house.rows(STORED)).length > before.length);
  const calls = await house.rows<CallRow>(CALLS);
  expect(calls.some(({ arrived_at }) => arrived_at.getTime() > made.manifest.at)).toBe(true);
  const desk = await house.desk('chen');
  const { counted, arrived } = (await (await desk.get('/api/ledger')).json()) as Told & {
    counted: unknown;
  };
  desk.close();
  // What the app itself has counted is no row.
  expect(counted).toMatchObject({ came: arrived });
}, 60_000);

test('a restore that is killed leaves a folder that is not started, and is done by the same command', async () => {
  const { from, manifest } = made;
  await killedWhen(begin(['restore', from]), 'a restore under way', () =>
    existsSync(at('new/data/postgres')),
  );
  const launcher = join(root, 'dist/src/launcher.js');
  const env = { ...process.env, OPENLINE_DATA: at('new/data') };
  const started = promisify(execFile)(process.execPath, [launcher], { env, cwd: folder });
  await expect(started).rejects.toMatchObject({
    stderr: expect.stringContaining('npx openline restore'),
  });
  expect((await openline(target(), 'restore', from)).code).toBe(0);
  expect((await openline(target(), 'restore', from)).code).toBe(1);
  const files = filesIn(at('new/recordings'));
  expect(files.filter((one) => one.endsWith('.wav'))).toHaveLength(manifest.recordings.files);
  for (const one of files) {
    const original = readFileSync(join(house.product.recordingsDir, one));
    expect(readFileSync(join(at('new/recordings'), one)).equals(original)).toBe(true);
  }
}, 60_000);

test('started from it the product has the ledger of its moment, to the call', async () => {
  restored = await startProduct({
    env: { OPENLINE_DATA: at('new/data'), RECORDINGS_DIR: at('new/recordings') },
  });
  await openRestored();
  await waitFor('what stood to be closed', async () =>
    (await restoredRows<CallRow>(CALLS)).every(({ outcome }) => outcome !== null),
  );
  const { began, manifest } = made;
  const [saved] = manifest.ledger as [Told];
  const [source, again] = [await house.rows<CallRow>(CALLS), await restoredRows<CallRow>(CALLS)];
  // What went on at the moment has ended with its edge; nothing else has changed.
  const stood = new Set(
    again.filter((one) => one.end_cause === 'edge-stopped').map(({ id }) => id),
  );
  const known = upTo(source, again.at(-1), ({ arrived_at }) => arrived_at);
  expect(again.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
  expect(again.filter(({ id }) => !stood.has(id))).toEqual(
    known.filter(({ id }) => !stood.has(id)),
  );
  // Everything that had happened when the command was given is in it, and nothing after its moment.
  for (const call of source.slice(again.length))
    expect(call.arrived_at.getTime()).toBeGreaterThan(began);
  expect(again.at(-1)?.arrived_at.getTime()).toBeLessThanOrEqual(manifest.at);
  for (const { ended_at } of source.filter(({ id }) => stood.has(id)))
    expect(ended_at?.getTime() ?? Infinity).toBeGreaterThan(began);
  // The talks, who waits, and whoever of the load was there.
  expect(stood.size).toBe(saved.inProgress);
  expect(stood.size).toBeGreaterThanOrEqual(3);
  const atItsMoment = known.map(({ id, outcome }) => ({
    ...{ outcome: stood.has(id) ? null : outcome, calls: 1 },
  }));
  expect(balance({ from: 0, to: manifest.at + 1 }, atItsMoment)).toEqual(saved);
  const desk = await startPushClient({ http: restored.http, user: 'chen', password: PASSWORD });
  const told = (await (await desk.get(`/api/ledger?from=0&to=${saved.to}`)).json()) as Told;
  expect(told).toMatchObject({ ...saved, inProgress: 0, broken: saved.broken + saved.inProgress });
  expect(saved.broken).toBe(0);

  const { data } = await desk.next('snapshot');
  desk.close();
  expect(data.agents.map(({ id }) => id).sort()).toEqual(['t001', 't002']);
  const promises = await restoredRows<PromiseRow>(PROMISES);
  const kept = promises.filter(({ call_id }) => !stood.has(call_id));
  const had = new Set(known.filter(({ id }) => !stood.has(id)).map(({ id }) => id));
  const theirs = await house.rows<PromiseRow>(PROMISES);
  expect(kept).toEqual(theirs.filter(({ call_id }) => had.has(call_id)));
  expect(kept).toHaveLength(manifest.openPromises);
  expect(kept.length).toBeGreaterThan(0);
  // Who waited then is owed a call for it.
  expect(promises.length).toBeGreaterThan(kept.length);
  expect(data.promises.map(({ id }) => id).sort()).toEqual(promises.map(({ id }) => id).sort());
}, 60_000);

test('and the recordings of its moment, to the byte', async () => {
  const [source, again] = [await house.rows<Stored>(STORED), await restoredRows<Stored>(STORED)];
  expect(again).toEqual(upTo(source, again.at(-1), ({ saved_at }) => saved_at));
  expect(again).toHaveLength(made.manifest.recordings.files);
  expect(source.length).toBeGreaterThan(again.length);
  const wavs = filesIn(at('new/recordings')).filter((one) => one.endsWith('.wav'));
  expect(wavs).toEqual(again.map(({ path }) => path).sort());
  const theirs = await house.desk('chen');
  const http = restored?.http ?? '';
  const ours = await startPushClient({ http, user: 'chen', password: PASSWORD });
  for (const { id, call_id, path } of again) {
    const list = `/api/recordings?callId=${call_id}`;
    expect(await (await ours.get(list)).json()).toEqual(await (await theirs.get(list)).json());
    const audio = await ours.get(`/api/recordings/${id}/audio`);
    const sound = Buffer.from(await audio.arrayBuffer());
    expect(sound.equals(readFileSync(join(house.product.recordingsDir, path)))).toBe(true);
  }
  for (const client of [ours, theirs]) client.close();
}, 60_000);
