import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { Worker } from 'node:worker_threads';
import { startMediaEngine } from '../../../../sip/media/engine';
import type { MediaEngine, MediaEngineOptions } from '../../../../sip/media/engine-port';
import { PLAIN_G711 } from '../../../../sip/sdp/codecs';
import { mediaRange } from '../../../support/product';
import { waitFor } from '../../../support/wait';
import { fell } from '../../../support/worker-fall';

const MEDIA = join(__dirname, '../../../../media');
/** More than must be left for spare ones, and not many more. */
const ENDPOINTS = 70;
let recordingsDir: string;
let engine: MediaEngine | undefined;

beforeAll(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'openline-spares-'));
});
afterEach(() => engine?.close());
afterAll(() => rm(recordingsDir, { recursive: true }));

async function start(options: Partial<MediaEngineOptions>): Promise<MediaEngine> {
  return (engine = await startMediaEngine({
    ...{ ports: [0, 0], workers: 1, maxStreams: 1000, recordingsDir, can: PLAIN_G711 },
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    promptsDir: join(MEDIA, 'prompts'),
    musicFile: join(MEDIA, 'music/default.wav'),
    log: pino({ level: 'silent' }),
    ...options,
  }));
}

/** Calls of one endpoint each, for which one after the other asks; how many have one. */
async function open(from: MediaEngine, name: string, count: number): Promise<number> {
  for (let n = 0; n < count; n++) {
    try {
      await from.open('app', `${name}${n}`).offer('a');
    } catch {
      return n;
    }
  }
  return count;
}

test('a socket is there without a turn of the worker, once the first was asked for', async () => {
  const session = (await start({})).open('app', 's');
  let asked = 0;
  const isThere = async (): Promise<boolean> => {
    const offered = session.offer(`e${(asked += 1)}`).then(() => true);
    const turn = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
    const first = await Promise.race([offered, turn]);
    await offered;
    return first;
  };
  expect(await isThere()).toBe(false);
  await waitFor('sockets to be open', isThere);
});

test('what no other endpoint needs is held, and given up for the last of them', async () => {
  const ports = mediaRange(2 * ENDPOINTS);
  const started = await start({ ports, workers: 2 });
  expect(await open(started, 'call', ENDPOINTS + 1)).toBe(ENDPOINTS);
});

test('ports that were held in a worker which fell are there for others', async () => {
  const ports = mediaRange(2 * ENDPOINTS);
  const started = await start({ ports });
  const { link } = started.open('app', 'falls');
  expect(await open(started, 'before', 5)).toBe(5);
  await fell(Reflect.get(link, 'worker') as Worker);
  const isBack = async () => (await open(started, 'probe', 1)) === 1;
  await waitFor('another worker', isBack);
  expect(await open(started, 'call', ENDPOINTS)).toBe(ENDPOINTS - 1);
});
