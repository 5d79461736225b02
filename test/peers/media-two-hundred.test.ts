/**
 * Two hundred recorded calls at a time, of which every fiftieth packet is lost: each recording is complete
 * by its manifest, or what is missing is listed, to the packet where the process lived, whatever falls
 * in the middle. None is missing and none cannot be played.
 */
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Worker } from 'node:worker_threads';
import { connectControl, type ControlClient } from '../../sip/control/client';
import { endEdges, folder, listening, portOf, run, type Run } from '../sip/support/edge-process';
import { fell } from '../support/worker-fall';
import { CrowdCalls, expectNothingUnfinished, sessionOf } from '../support/crowd-calls';
import { SECRET, startMediaEdge, type MediaEdge } from '../support/media-edge';
import { mediaRange } from '../support/product';
import { ToneCrowd } from '../support/tone-crowd';
import { waitFor, within } from '../support/wait';

const CALLS = 200;
const EVERY = Array.from({ length: CALLS }, (_, n) => n);
const LOSS = 0.02;
/** Four windows of a recording, and what is held back for late packets. */
const MIDDLE = 320;
const END = 460;
/** Of all these calls the sound itself is measured. */
const HEARD = EVERY.filter((n) => n % 20 === 0);
/** Below those of the crowd: a report to the port above one of these would else come as a stranger's. */
const PORTS = mediaRange(8 * CALLS);
/** Enough for all beside those that are kept, whatever the machine is believed to carry. */
const STREAMS = 3 * CALLS;
const ROOM = { MEDIA_MAX_STREAMS: String(STREAMS), MEDIA_PORTS: PORTS.join('-') };

let crowd: ToneCrowd;
let calls: CrowdCalls;
const clients: ControlClient[] = [];

beforeEach(async () => {
  crowd = await ToneCrowd.start(2 * CALLS, LOSS, 4);
  calls = new CrowdCalls(crowd, CALLS);
});
afterEach(() => {
  crowd.close();
  for (const client of clients.splice(0)) client.close();
});
afterAll(endEdges);

async function connect(port: number, secret: string): Promise<ControlClient> {
  const log = pino({ level: 'silent' });
  const client = connectControl({ host: '127.0.0.1', port, secret, app: 'sales', log });
  clients.push(client);
  calls.hear(client);
  await once(client, 'connected');
  return client;
}

/** A media edge of its own on folders that the next one may have. */
class Place {
  readonly dir = mkdtempSync(join(folder, 'crowd-'));
  readonly recordings = join(this.dir, 'recordings');
  edge!: Run;

  async start(): Promise<ControlClient> {
    const env = { SIP_LISTEN: 'off', DRACHTIO_SECRET: '', OPENLINE_DATA: join(this.dir, 'data') };
    this.edge = run({ ...env, ...ROOM, RECORDINGS_DIR: this.recordings });
    return this.connect();
  }

  async connect(): Promise<ControlClient> {
    return connect(portOf((await listening(this.edge)).control), 'm');
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.edge.child.kill(signal);
    await within('the exit', this.edge.exit, 10_000);
  }
}

/** Each leg hears the other one; on a busy machine not all at each moment. */
async function expectAllHear(among = EVERY): Promise<void> {
  const deaf = new Set(among);
  await waitFor('all to hear each other', async () => {
    const { legs } = await crowd.report();
    for (const n of deaf) {
      if ([0, 1].every((i) => (legs[2 * n + i]?.share ?? 0) >= 0.5)) deaf.delete(n);
    }
    return deaf.size === 0;
  });
}

test('with nothing but loss, and another client halfway, every recording is complete to the packet', async () => {
  const place = new Place();
  const first = await place.start();
  await calls.begin(first);
  await crowd.spoken(MIDDLE);
  await expectAllHear();
  first.close();
  const control = await place.connect();
  const { sessions } = await control.command('session.list', {});
  expect(sessions.map(({ session, note }) => `${session}: ${note}`).sort()).toEqual(
    EVERY.map((n) => `${sessionOf(n)}: note ${n}`).sort(),
  );
  expect(sessions.every(({ recordings }) => recordings.length === 1)).toBe(true);
  await crowd.spoken(END);
  await crowd.hush();
  await calls.end(control);
  await calls.allFinished();
  const { legs } = await crowd.report();
  for (const n of EVERY) calls.expectRecording(place.recordings, n, legs, false);
  for (const n of HEARD) calls.expectTones(place.recordings, n);
  expectNothingUnfinished(place.recordings, CALLS);
  await place.end('SIGINT');
}, 180_000);

test('the edge is killed: the next one makes each a file with one gap at its end', async () => {
  const place = new Place();
  await calls.begin(await place.start());
  await crowd.spoken(MIDDLE);
  await place.end('SIGKILL');
  const { legs } = await crowd.report();
  await place.start();
  await calls.allFinished();
  for (const n of EVERY) calls.expectRecording(place.recordings, n, legs, true);
  for (const n of HEARD) calls.expectTones(place.recordings, n);
  expectNothingUnfinished(place.recordings, CALLS);
  await place.end('SIGINT');
}, 180_000);

describe('a worker thread falls', () => {
  let edge: MediaEdge;

  beforeEach(async () => {
    edge = await startMediaEdge({ workers: 2, maxStreams: STREAMS, ports: PORTS });
  });
  afterEach(() => edge.close());

  test('its calls end and leave what was written; all others are complete', async () => {
    const control = await connect(edge.server.address.port, SECRET);
    await calls.begin(control);
    await crowd.spoken(MIDDLE);
    const link = edge.media.find('sales', sessionOf(0))?.link;
    const fallen = EVERY.filter((n) => edge.media.find('sales', sessionOf(n))?.link === link);
    expect(fallen).toHaveLength(CALLS / 2);
    await fell(Reflect.get(link as object, 'worker') as Worker);
    await waitFor('all falls to be told', () => calls.lost.size === fallen.length);
    expect([...calls.lost].sort()).toEqual(fallen.map(sessionOf).sort());
    await crowd.spoken(END);
    await expectAllHear(EVERY.filter((n) => !fallen.includes(n)));
    await crowd.hush();
    await calls.end(control);
    await calls.allFinished();
    const { legs } = await crowd.report();
    for (const n of EVERY) {
      calls.expectRecording(edge.recordingsDir, n, legs, fallen.includes(n));
    }
    for (const n of HEARD) calls.expectTones(edge.recordingsDir, n);
    expectNothingUnfinished(edge.recordingsDir, CALLS);
  }, 180_000);
});
