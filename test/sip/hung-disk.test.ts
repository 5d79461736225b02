/**
 * A disk that does not answer at all: recordings on it wait, and hold a thread of the edge each. A file that
 * is a pipe which nobody reads is such a disk.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl, type ControlClient } from '../../sip/control/client';
import type { EventLine } from '../../sip/control/protocol';
import { readWav, toneShare } from '../support/tone';
import { TonePhone } from '../support/tone-phone';
import { waitFor } from '../support/wait';
import { endEdges, folder, listening, portOf, run } from './support/edge-process';

type Finished = Extract<EventLine, { event: 'record.finished' }>;

/** As many as docs/operations.md says. */
const HUNG = Array.from({ length: 15 }, (_, i) => `hung-${i}`);

let control: ControlClient;
let phone: TonePhone;

afterEach(() => {
  control.close();
  phone.close();
});
afterAll(endEdges);

test('fifteen recordings that hang leave another one as it is', async () => {
  const dir = mkdtempSync(join(folder, 'hung-'));
  const at = (name: string): string => join(dir, 'recordings', name);
  mkdirSync(at(''));
  const pipes = HUNG.map((name) => at(`${name}.wav.json.part`));
  expect(spawnSync('mkfifo', pipes).status).toBe(0);
  const edge = run({
    ...{ SIP_LISTEN: 'off', DRACHTIO_SECRET: '', OPENLINE_DATA: join(dir, 'data') },
    ...{ RECORDINGS_DIR: at(''), UV_THREADPOOL_SIZE: '16' },
  });
  const port = portOf((await listening(edge)).control);
  const log = pino({ level: 'silent' });
  control = connectControl({ host: '127.0.0.1', port, secret: 'm', app: 'sales', log });
  const finished = new Map<string, Finished>();
  control.on('event', (line: EventLine) => {
    if (line.event === 'record.finished') finished.set(line.recording, line);
  });
  await once(control, 'connected');
  phone = await TonePhone.open({ tone: 1000 });
  const session = 'call';
  const order = { session, endpoint: 'leg', offer: phone.sdp() };
  phone.talkTo((await control.command('endpoint.answer', order)).answer);
  const start = (recording: string) =>
    control.command('record.start', { session, recording, path: `${recording}.wav`, left: 'leg' });
  for (const recording of HUNG) await start(recording);
  // Each has its sound's file, and waits for the other.
  await waitFor('all to hang', () => HUNG.every((name) => existsSync(at(`${name}.wav.part`))));
  await start('free');
  await waitFor('a window', () => {
    return existsSync(at('free.wav.part')) && readFileSync(at('free.wav.part')).length > 8000;
  });
  await control.command('record.stop', { session, recording: 'free' });
  const { file } = await waitFor('its end', () => finished.get('free'));
  expect(file).toMatchObject({ result: 'stored', reconciles: true });
  const [sound] = readWav(readFileSync(at('free.wav'))).channels;
  expect(toneShare(sound?.subarray(2400) ?? new Int16Array(1), 1000)).toBeGreaterThan(0.9);
  expect(finished.size).toBe(1);
  // Their threads are free again, and the edge can end.
  const readers = pipes.map((pipe) => openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK));
  for (const reader of readers) closeSync(reader);
}, 40_000);
