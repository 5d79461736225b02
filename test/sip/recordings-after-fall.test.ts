/**
 * The edge is killed (SIGKILL) while a talk is recorded: the next one on the same folders makes a file of
 * what was written, says what is missing, and tells the app until it has acknowledged it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import type { Manifest } from '../../sip/media/recording-manifest';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor, within } from '../support/wait';
import { endEdges, folder, listening, portOf, run, type Run } from './support/edge-process';

type Finished = Extract<EventLine, { event: 'record.finished' }>;

const opened: { close(): void }[] = [];

afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});
afterAll(endEdges);

/** A media edge on folders of its own, which the next one may have. */
class Place {
  readonly dir = mkdtempSync(join(folder, 'place-'));
  edge!: Run;
  control!: ControlClient;
  readonly events: EventLine[] = [];

  async start(): Promise<void> {
    const env = { SIP_LISTEN: 'off', DRACHTIO_SECRET: '', OPENLINE_DATA: join(this.dir, 'data') };
    this.edge = run({ ...env, RECORDINGS_DIR: join(this.dir, 'recordings') });
    await this.connect();
  }

  async connect(): Promise<void> {
    this.control?.close();
    const { control: address } = await listening(this.edge);
    const log = pino({ level: 'silent' });
    const place = { host: '127.0.0.1', port: portOf(address) };
    this.control = connectControl({ ...place, secret: 'm', app: 'sales', log });
    opened.push(this.control);
    this.control.on('event', (line) => this.events.push(line));
    await once(this.control, 'connected');
  }

  /** Resolves when two windows of a talk were written. */
  async records(recording: string): Promise<void> {
    const phones = await Promise.all([1000, 600].map((tone) => TonePhone.open({ tone })));
    opened.push(...phones);
    for (const [i, phone] of phones.entries()) {
      const [session, endpoint] = [`call-${recording}`, `leg-${i}`];
      const offer = phone.sdp();
      const { answer } = await this.control.command('endpoint.answer', {
        session,
        endpoint,
        offer,
      });
      phone.talkTo(answer);
    }
    await this.control.command('record.start', {
      ...{ session: `call-${recording}`, recording, path: `${recording}.wav` },
      ...{ left: 'leg-0', right: 'leg-1' },
    });
    await waitFor('two windows', () => this.lines(recording) > 2);
  }

  lines(recording: string): number {
    try {
      return readFileSync(this.file(`${recording}.wav.json.part`), 'utf8').split('\n').length - 1;
    } catch {
      return 0;
    }
  }

  async kill(): Promise<void> {
    this.edge.child.kill('SIGKILL');
    await within('the exit', this.edge.exit, 5000);
  }

  finished(recording: string): Promise<Finished> {
    const isIt = (line: EventLine): line is Finished =>
      line.event === 'record.finished' && line.recording === recording;
    return waitFor('its end', () => this.events.find(isIt));
  }

  manifest(recording: string): Manifest {
    return JSON.parse(readFileSync(this.file(`${recording}.wav.json`), 'utf8')) as Manifest;
  }

  file(name: string): string {
    return join(this.dir, 'recordings', name);
  }
}

/**
 * Of the first 0.2 to 0.8 s, the longest stretch that lies as it was sent. A phone whose first packets the machine held up is
 * moved on the timeline once a packet in time shows it; the manifest says where, and a tone has another phase from there on.
 */
function longestUnmoved(
  samples: Int16Array = new Int16Array(0),
  moved: readonly { at: number }[],
): Int16Array {
  const [from, to] = [1600, 6400];
  const within = moved.map(({ at }) => at).filter((at) => at > from && at < to);
  const edges = [from, ...within.sort((a, b) => a - b), to];
  const stretches = edges.slice(1).map((end, i) => samples.subarray(edges[i], end));
  return stretches.reduce((best, one) => (one.length > best.length ? one : best));
}

async function place(): Promise<Place> {
  const made = new Place();
  await made.start();
  return made;
}

test('what was written becomes a file that can be played, with one gap at its end', async () => {
  const here = await place();
  await here.records('killed');
  const killedAt = Date.now();
  await here.kill();
  await here.start();
  const { file, session } = await here.finished('killed');
  if (file.result !== 'stored') throw new Error(file.reason);
  expect(session).toBe('call-killed');
  const bytes = readFileSync(here.file('killed.wav'));
  expect(file).toMatchObject({
    ...{ path: 'killed.wav', bytes: bytes.length, reconciles: true },
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  const { channels, duration } = readWav(bytes);
  const { corrections } = here.manifest('killed');
  for (const [i, tone] of [1000, 600].entries()) {
    const moved = corrections.filter(({ side }) => side === (['left', 'right'] as const)[i]);
    const sound = longestUnmoved(channels[i], moved);
    expect(sound.length).toBeGreaterThanOrEqual(1600);
    expect(toneShare(sound, tone)).toBeGreaterThan(0.95);
  }
  expect(file.durationMs).toBe(Math.round(duration * 1000));

  const { gaps, samples, state, left } = here.manifest('killed');
  expect({ state, samples }).toEqual({ state: 'edge-killed', samples: channels[0]?.length });
  expect(left.received).toBeGreaterThan(50);
  const [gap, ...more] = gaps.filter(({ cause }) => cause === 'edge-killed');
  expect(more).toEqual([]);
  expect(gap).toMatchObject({ side: 'both', from: samples });
  expect(gap?.samples).toBeLessThanOrEqual(16_000);
  // File and gap together reach to the kill.
  expect(file.durationMs + (file.gapsMs['edge-killed'] ?? 0)).toBeGreaterThanOrEqual(
    killedAt - file.startedAt,
  );
  expect(readdirSync(join(here.dir, 'recordings')).sort()).toEqual([
    'killed.wav',
    'killed.wav.json',
  ]);
}, 40_000);

test('it is told until it is acknowledged, by every next edge, and then no more', async () => {
  const here = await place();
  await here.records('told');
  await here.kill();
  await here.start();
  const first = await here.finished('told');
  await here.kill();
  here.events.length = 0;
  await here.start();
  const again = await here.finished('told');
  expect(again.file).toEqual(first.file);
  here.control.ack(again.seq);
  const ledger = (): string =>
    readFileSync(join(here.dir, 'data', 'edge', 'recordings.jsonl'), 'utf8');
  await waitFor('it to be settled', () => ledger().includes('settled'));
  await here.kill();
  here.events.length = 0;
  await here.start();
  expect(ledger()).toBe('');
}, 60_000);

test('one that was finished before, and not acknowledged, is told as it is', async () => {
  const here = await place();
  await here.records('whole');
  await here.control.command('record.stop', { session: 'call-whole', recording: 'whole' });
  const first = await here.finished('whole');
  await here.kill();
  here.events.length = 0;
  await here.start();
  const again = await here.finished('whole');
  expect(again.file).toEqual(first.file);
  expect(here.manifest('whole').state).toBe('finished');
}, 40_000);

test('a line and a sample that were cut off are left out; a recording without a file has failed', async () => {
  const here = await place();
  await here.records('torn');
  await here.kill();
  const part = here.file('torn.wav.part');
  const before = readFileSync(part);
  writeFileSync(part, Buffer.concat([before, Buffer.from([1, 2, 3])]));
  const lines = here.file('torn.wav.json.part');
  writeFileSync(lines, `${readFileSync(lines, 'utf8')}{"at":17`);
  const ledger = join(here.dir, 'data', 'edge', 'recordings.jsonl');
  const owed = { recording: 'none', owner: 'sales', session: 's', path: 'none.wav' };
  writeFileSync(ledger, `${readFileSync(ledger, 'utf8')}${JSON.stringify({ owed })}\n{"ow`);
  await here.start();
  expect((await here.finished('torn')).file).toMatchObject({ result: 'stored', reconciles: true });
  const { channels } = readWav(readFileSync(here.file('torn.wav')));
  expect(channels[0]).toHaveLength((before.length - 58) / 2 + 1);
  expect((await here.finished('none')).file).toMatchObject({
    result: 'failed',
    reason: expect.stringContaining('killed') as string,
  });
}, 40_000);
