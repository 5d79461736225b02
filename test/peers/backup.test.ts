/**
 * A backup of the started product while people talk, wait and call, by the command; it is killed in the middle and made
 * again, restored into empty folders (killed there, too), and the product is started from it: the same ledger, promises,
 * plan and people, and every recording byte for byte.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dataFiles, keptOf } from '../../src/backup/data-folder';
import type { Manifest } from '../../src/backup/manifest';
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

const STORED = `select id, path, call_id from recording where state = 'stored' order by path`;
const PROMISED = `select id from promise where state in ('open', 'claimed') order by id`;

interface Stored {
  id: string;
  path: string;
  call_id: string;
}
type Told = Manifest['ledger'][number];

/** Two who talk on through all of it. */
let talk: Awaited<ReturnType<FullHouse['talk']>>;
/** What the running product says at the moment of the second backup. */
let then: { ledger: Told; promises: string[]; files: Stored[]; backup: string };

test('one that is killed in the middle is none', async () => {
  mkdirSync(at('shelf'));
  mkdirSync(at('new'));
  const over = await house.talk('13800100001');
  talk = await house.talk('13800100002');
  await house.hangsUp(over.guest);
  await house.isHungUp(over.seat);
  await house.talk('13800100003');
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
  const closed = await house.rows(`select id from call where state = 'closed'`);
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
  expect(manifest).toMatchObject({ caughtUp: true, recordings: { missing: [], damaged: [] } });
  expect(manifest.ledger[0]).toMatchObject({ balanced: true });
  expect(manifest.ledger[0]?.arrived).toBeGreaterThanOrEqual(closed.length);
  const verified = await openline(house.product, 'backup', 'verify', join(at('shelf'), name));
  expect(verified.code).toBe(0);
}, 60_000);

test('of every file of its folder it is decided whether a backup has it', async () => {
  const files: string[] = [];
  for await (const path of dataFiles(house.product.dataDir)) files.push(path);
  expect(files).toEqual(expect.arrayContaining(['edge-id', 'edge/claims.json', 'epoch']));
  expect(files.filter((path) => keptOf(path) === null)).toEqual([]);
});

test('its ledger and its promises are those of the running product', async () => {
  expect((await openline(house.product, 'backup', at('shelf'))).code).toBe(0);
  const desk = await house.desk('chen');
  const ledger = (await (await desk.get('/api/ledger')).json()) as Told;
  desk.close();
  const promises = (await house.rows<{ id: string }>(PROMISED)).map(({ id }) => id);
  const backup = backups().sort().at(-1) ?? '';
  then = { ledger, promises, files: await house.rows<Stored>(STORED), backup };
  const { ledger: saved, openPromises } = manifestOf(backup);
  // What the app itself has counted is no row.
  const { from, to, counted, ...counts } = ledger as Told & { counted: unknown };
  expect(counted).toMatchObject({ came: counts.arrived });
  expect(to).toBeGreaterThan(from);
  expect(saved[0]).toMatchObject(counts);
  expect(openPromises).toBe(promises.length);
  expect(promises.length).toBeGreaterThan(0);
}, 60_000);

test('a restore that is killed leaves a folder that is not started, and is done by the same command', async () => {
  const from = join(at('shelf'), then.backup);
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
  expect(files.filter((one) => one.endsWith('.wav'))).toEqual(then.files.map(({ path }) => path));
  for (const one of files) {
    const original = readFileSync(join(house.product.recordingsDir, one));
    expect(readFileSync(join(at('new/recordings'), one)).equals(original)).toBe(true);
  }
}, 60_000);

test('started from it the product has the same ledger, promises, people and recordings', async () => {
  restored = await startProduct({
    env: { OPENLINE_DATA: at('new/data'), RECORDINGS_DIR: at('new/recordings') },
  });
  const desk = await startPushClient({ http: restored.http, user: 'chen', password: PASSWORD });
  const { data } = await desk.next('snapshot');
  expect(data.promises.map(({ id }) => id)).toEqual(expect.arrayContaining(then.promises));
  expect(data.agents.map(({ id }) => id).sort()).toEqual(['t001', 't002']);
  const ledger = (await (await desk.get('/api/ledger')).json()) as Told;
  // The talks and the wait that went on there are over here.
  const { arrived, left, talks } = then.ledger;
  expect(ledger).toMatchObject({ balanced: true, arrived, left, inProgress: 0 });
  expect(ledger.talks).toBeGreaterThanOrEqual(talks);
  const [first] = then.files;
  const audio = await desk.get(`/api/recordings/${first?.id}/audio`);
  const sound = Buffer.from(await audio.arrayBuffer());
  expect(sound.equals(readFileSync(join(house.product.recordingsDir, first?.path ?? '')))).toBe(
    true,
  );
  desk.close();
}, 60_000);
