/**
 * Recordings from an edge with a folder of its own: real control, real HTTP through a cable that can be cut,
 * real files.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../../../sip/control/client';
import type { EventLine, OwedFile } from '../../../../sip/control/protocol';
import { RecordingsFetch } from '../../../../src/media/embedded/recordings-fetch';
import { cableTo, type Cable } from '../../../support/cable';
import { SECRET, startMediaEdge, type MediaEdge } from '../../../support/media-edge';
import { readWav, toneShare } from '../../../support/tone';
import { TonePhone } from '../../../support/tone-phone';
import { Seen, waitFor } from '../../../support/wait';

const folder = mkdtempSync(join(tmpdir(), 'openline-fetch-'));
const opened: { close(): unknown }[] = [];
let edge: MediaEdge;
let cable: Cable;

beforeEach(async () => {
  const via = async (files: { address: { host: string; port: number } }) =>
    (cable = await cableTo(files.address));
  edge = await startMediaEdge({ fetched: { via } });
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await edge.close();
  cable.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface LogLine {
  level: number;
  msg: string;
  recording?: string;
  of?: string;
  reason?: string;
}

interface App {
  dir: string;
  control: ControlClient;
  fetch: RecordingsFetch;
  logged: Seen<LogLine>;
  refused: string[];
}

/** An app on another host; or in the folder that is given. */
async function app(dir = mkdtempSync(join(folder, 'app-'))): Promise<App> {
  const place = { ...edge.server.address, secret: SECRET, app: 'sales' };
  const control = connectControl({ ...place, log: pino({ level: 'silent' }) });
  const logged = new Seen<LogLine>();
  const refused: string[] = [];
  const fetch = new RecordingsFetch({
    ...{ control, recordingsDir: dir, secret: SECRET },
    onDiskRefuses: (reason) => refused.push(reason),
    log: pino({}, { write: (line: string) => logged.add(JSON.parse(line) as LogLine) }),
  });
  opened.push({
    close: async () => {
      await fetch.stop();
      control.close();
    },
  });
  fetch.begin();
  await once(control, 'connected');
  return { dir, control, fetch, logged, refused };
}

/** A finished recording of the edge, of which its app knows unless `told` is false. */
function finish(bytes: number, { sha256 = '', told = true } = {}): OwedFile & { sound: Buffer } {
  const recording = randomUUID();
  const path = `sh/2026/${recording}.wav`;
  const sound = randomBytes(bytes);
  mkdirSync(join(edge.recordingsDir, 'sh/2026'), { recursive: true });
  writeFileSync(join(edge.recordingsDir, path), sound);
  writeFileSync(join(edge.recordingsDir, `${path}.json`), JSON.stringify({ recording }));
  const hash = createHash('sha256').update(sound).digest('hex');
  const file = { path, startedAt: 1, durationMs: 2, bytes, sha256: sha256 || hash };
  edge.media.files.finished('sales', recording, {
    ...{ result: 'stored', ...file, gapsMs: {}, reconciles: true },
  });
  if (told) edge.media.files.told(recording);
  return { recording, path, bytes, sha256: file.sha256, sound };
}

const atEdge = (path: string) => existsSync(join(edge.recordingsDir, path));
const size = (place: string) => (existsSync(place) ? statSync(place).size : 0);

/** It is here with its manifest, and gone from the edge. */
async function arrived({ dir }: App, { path, recording, sound }: ReturnType<typeof finish>) {
  await waitFor('the edge to delete it', () => !atEdge(path) && !atEdge(`${path}.json`));
  expect(readFileSync(join(dir, path)).equals(sound)).toBe(true);
  expect(JSON.parse(readFileSync(join(dir, `${path}.json`), 'utf8'))).toEqual({ recording });
  expect(existsSync(join(dir, `${path}.part`))).toBe(false);
}

test('all that an app has not fetched it finds when it comes, and what is finished then as well', async () => {
  const before = Array.from({ length: 7 }, () => finish(100_000));
  const sales = await app();
  for (const one of before) await arrived(sales, one);
  const later = finish(5000);
  sales.fetch.wanted(later);
  expect(sales.fetch.isArriving(later.recording)).toBe(true);
  await arrived(sales, later);
  await waitFor('the end', () => !sales.fetch.isArriving(later.recording));
  expect((await sales.control.command('record.owed', {})).files).toEqual([]);
});

test('a way that is cut is gone on from there, and not from the beginning', async () => {
  const long = finish(3_000_000);
  // The reply's head comes on top.
  cable.cutAfter(1_000_000);
  const sales = await app();
  await sales.logged.next(
    'the cut',
    ({ of, recording }) => of === 'edge' && recording !== undefined,
  );
  const part = size(join(sales.dir, `${long.path}.part`));
  expect(part).toBeGreaterThan(900_000);
  expect(part).toBeLessThan(1_100_000);
  expect(atEdge(long.path)).toBe(true);
  await arrived(sales, long);
  expect(cable.carried()).toBeLessThan(3_200_000);
});

test('a beginning that is not the beginning of it is noticed and fetched anew', async () => {
  const one = finish(300_000);
  const dir = mkdtempSync(join(folder, 'app-'));
  mkdirSync(join(dir, 'sh/2026'), { recursive: true });
  writeFileSync(join(dir, `${one.path}.part`), randomBytes(100_000));
  const sales = await app(dir);
  const { reason } = await sales.logged.next('the fault', ({ of }) => of === 'file');
  expect(reason).toMatch('not those that were recorded');
  await arrived(sales, one);
});

test('a file whose bytes are never right stays at the edge, without its name here, and holds up no other', async () => {
  const wrong = finish(50_000, { sha256: 'ab'.repeat(32) });
  const others = Array.from({ length: 5 }, () => finish(50_000));
  const sales = await app();
  for (const one of others) await arrived(sales, one);
  const faults = () => sales.logged.all.filter(({ recording }) => recording === wrong.recording);
  await waitFor('a second attempt', () => faults().length === 2);
  expect(existsSync(join(sales.dir, wrong.path))).toBe(false);
  expect(atEdge(wrong.path)).toBe(true);
  expect(sales.fetch.isArriving(wrong.recording)).toBe(true);
});

test('a disk that refuses is told once and tried until it takes it', async () => {
  const files = [finish(50_000), finish(50_000)];
  const dir = mkdtempSync(join(folder, 'app-'));
  // A file where the folder should be.
  writeFileSync(join(dir, 'sh'), '');
  const sales = await app(dir);
  const attempts = () => sales.logged.all.filter(({ of }) => of === 'disk');
  await waitFor('more attempts', () => attempts().length > 3);
  expect(sales.refused).toHaveLength(1);
  rmSync(join(dir, 'sh'));
  for (const one of files) await arrived(sales, one);
});

test('an edge that shares the folder loses nothing to it', async () => {
  const one = finish(50_000);
  const sales = await app(edge.recordingsDir);
  await sales.logged.next('the warning', ({ msg }) => msg.includes('MEDIA_FILES_LISTEN'));
  sales.fetch.wanted(one);
  expect(sales.fetch.isArriving(one.recording)).toBe(false);
  await sales.control.command('record.owed', {});
  expect(atEdge(one.path)).toBe(true);
});

test('what the app has on its disk already is not fetched again', async () => {
  const one = finish(400_000);
  const dir = mkdtempSync(join(folder, 'app-'));
  mkdirSync(join(dir, 'sh/2026'), { recursive: true });
  writeFileSync(join(dir, one.path), one.sound);
  await app(dir);
  await waitFor('the edge to delete it', () => !atEdge(one.path));
  expect(cable.carried()).toBe(0);
});

test('one of which the app is still being told is not fetched before that is in its journal', async () => {
  const [told, untold] = [finish(1000), finish(1000, { told: false })];
  const sales = await app();
  await arrived(sales, told);
  expect(atEdge(untold.path)).toBe(true);
  sales.fetch.wanted(untold);
  await arrived(sales, untold);
});

test('a path that leads out of the folder is not written to', async () => {
  const sales = await app();
  sales.fetch.wanted({ recording: 'r', path: '../out.wav', bytes: 1, sha256: '' });
  const { reason } = await sales.logged.next('the fault', ({ of }) => of === 'file');
  expect(reason).toMatch('not a recording');
  expect(existsSync(join(folder, 'out.wav.part'))).toBe(false);
});

test('a talk is heard in the file that was fetched, each side in its channel', async () => {
  const { dir, control, fetch } = await app();
  const phones = await Promise.all([1000, 600].map((tone) => TonePhone.open({ tone })));
  opened.push(...phones);
  for (const [i, phone] of phones.entries()) {
    const leg = { session: 'talk', endpoint: `leg-${i}`, offer: phone.sdp() };
    const { answer } = await control.command('endpoint.answer', leg);
    phone.talkTo(answer);
  }
  await control.command('bridge', { session: 'talk', a: 'leg-0', b: 'leg-1' });
  const order = { session: 'talk', recording: 'r', path: 'x/talk.wav' };
  await control.command('record.start', { ...order, left: 'leg-0', right: 'leg-1' });
  const [phone] = phones;
  phone?.forget();
  await phone?.until(() => phone.heard.length > 70);
  const events = new Seen<EventLine>();
  control.on('event', (line: EventLine) => events.add(line));
  await control.command('record.stop', order);
  const told = await events.next('its end', ({ event }) => event === 'record.finished');
  if (told.event !== 'record.finished' || told.file.result !== 'stored') throw new Error('failed');
  control.ack(told.seq);
  fetch.wanted({ recording: 'r', ...told.file });
  await waitFor('the edge to delete it', () => !atEdge(order.path));
  const { channels } = readWav(readFileSync(join(dir, order.path)));
  const heard = channels.map((channel, i) =>
    toneShare(channel.subarray(4000, 8000), [1000, 600][i] ?? 0),
  );
  expect(Math.min(...heard)).toBeGreaterThan(0.95);
  const manifest = readFileSync(join(dir, `${order.path}.json`), 'utf8');
  expect(JSON.parse(manifest)).toMatchObject({ recording: 'r', samples: channels[0]?.length });
});

test('more than one page of them is seen to', async () => {
  const dir = mkdtempSync(join(folder, 'app-'));
  mkdirSync(join(dir, 'sh/2026'), { recursive: true });
  const many = Array.from({ length: 201 }, () => finish(100));
  // All but the last were fetched by an app before this one.
  for (const { path, sound } of many.slice(0, 200)) writeFileSync(join(dir, path), sound);
  const sales = await app(dir);
  await waitFor('all to be gone', () => many.every(({ path }) => !atEdge(path)));
  await arrived(sales, many[200] ?? finish(1));
});
