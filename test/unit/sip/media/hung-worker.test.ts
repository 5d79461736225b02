/**
 * A media worker that is in an endless turn: nobody in its calls hears anything, and it can be asked
 * nothing. After ten seconds it is ended like one that fell; the calls of the other worker notice nothing.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { startMediaEngine } from '../../../../sip/media/engine';
import type { MediaEngine, MediaEvent } from '../../../../sip/media/engine-port';
import type { WorkerRequests } from '../../../../sip/media/messages';
import type { Manifest } from '../../../../sip/media/recording-manifest';
import type { MediaSession } from '../../../../sip/media/session';
import { missingPackets } from '../../../support/tone-meter';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const MEDIA = join(__dirname, '../../../../media');
let recordingsDir: string;
let engine: MediaEngine;
const events: MediaEvent[] = [];
const phones: TonePhone[] = [];

beforeAll(async () => {
  recordingsDir = await mkdtemp(join(tmpdir(), 'openline-hung-'));
  engine = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    workers: 2,
    maxStreams: 10,
    recordingsDir,
    promptsDir: join(MEDIA, 'prompts'),
    musicFile: join(MEDIA, 'music/default.wav'),
    log: pino({ level: 'silent' }),
  });
  engine.onEvent((event) => {
    if (event.kind !== 'quality') events.push(event);
  });
});
afterAll(async () => {
  for (const phone of phones) phone.close();
  await engine.close();
  await rm(recordingsDir, { recursive: true });
});

async function talk(id: string): Promise<MediaSession> {
  const session = engine.open('app', id);
  for (const [endpoint, tone] of [
    ['a', 600],
    ['b', 1000],
  ] as const) {
    const phone = await TonePhone.open({ tone });
    phones.push(phone);
    phone.talkTo(await session.answer(endpoint, phone.sdp()));
  }
  await session.bridge('a', 'b');
  await session.record({ recording: id, path: `${id}.wav`, left: 'a', right: 'b' });
  return session;
}

/** Networks of senders, two hundred million of them and none that is one: to look at them takes minutes. */
function hang({ link }: MediaSession): Promise<unknown> {
  const from = '/'.repeat(2e8) as unknown as string[];
  const audio = {} as WorkerRequests['agree']['params']['audio'];
  return link.request('agree', { endpoint: '1', audio, from });
}

test('it is ended after ten seconds: its calls are told, their recordings rescued, another one runs', async () => {
  const hung = await talk('hung');
  const staying = await talk('staying');
  expect(staying.link).not.toBe(hung.link);
  const stays = phones[2] as TonePhone;
  await stays.hears(1000);
  const hears = phones[0] as TonePhone;
  await hears.until(() => hears.heard.length > 120);
  stays.forget();
  const asked = hang(hung).catch((error: Error) => error.message);
  const hungAt = Date.now();
  await waitFor('both events', () => events.length === 2, 20_000);
  expect(Date.now() - hungAt).toBeGreaterThan(9000);
  expect(await asked).toContain('hung: said nothing for 1');
  expect(events).toMatchObject([
    { kind: 'session-lost', session: 'hung', owner: 'app' },
    { kind: 'recorded', recording: 'hung', file: { result: 'stored' } },
  ]);
  const text = await readFile(join(recordingsDir, 'hung.wav.json'), 'utf8');
  const { gaps, samples, startedAt } = JSON.parse(text) as Manifest;
  const taken = gaps.filter(({ cause }) => cause === 'edge-killed');
  expect(taken).toMatchObject([{ side: 'both', from: samples }]);
  // All of the time in which nothing was heard, and not just a window.
  const endsAt = startedAt + (samples + (taken[0]?.samples ?? 0)) / 8;
  expect(endsAt).toBeGreaterThan(hungAt + 9000);
  // Those of the other worker talked on.
  expect(missingPackets(stays.heard)).toBe(0);
  await stays.hears(1000);
  const next = await waitFor('another worker', () => {
    const session = engine.open('app', `next ${Math.random()}`);
    return session.link !== staying.link && session.link !== hung.link ? session : null;
  });
  await expect(next.offer('a', undefined)).resolves.toContain('m=audio');
}, 60_000);
