import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import pino from 'pino';
import { startMediaEngine } from '../../../../sip/media/engine';
import type { MediaEngine } from '../../../../sip/media/engine-port';
import type { MediaSession } from '../../../../sip/media/session';
import { fell } from '../../../support/worker-fall';
import { TonePhone } from '../../../support/tone-phone';
import { waitFor } from '../../../support/wait';

const MEDIA = join(__dirname, '../../../../media');
let folder: string;
let engine: MediaEngine;
let logged: { msg: string; heard?: string }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openline-prompts-'));
  logged = [];
  engine = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    ...{ workers: 1, maxStreams: 10, recordingsDir: folder },
    promptsDir: join(MEDIA, 'prompts'),
    musicFile: join(MEDIA, 'music/default.wav'),
    ownPromptsDir: join(folder, 'own'),
    log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line) as never) }),
  });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function session(id: string): Promise<MediaSession> {
  const opened = engine.open('app', id);
  const phone = await TonePhone.open({ tone: 1000 });
  await opened.answer('a', phone.sdp());
  phone.close();
  return opened;
}

const play = (on: MediaSession, prompt: string, language = 'en'): Promise<void> =>
  on.play('a', { play: prompt, prompts: [prompt], language, then: 'silence' });

test('a worker that fell comes back with the prompts that were put in meanwhile', async () => {
  const first = await session('first');
  await expect(play(first, 'store-bj01')).rejects.toMatchObject({ code: 'unknown-prompt' });
  await mkdir(join(folder, 'own/en'), { recursive: true });
  await copyFile(join(MEDIA, 'prompts/en/beep.wav'), join(folder, 'own/en/store-bj01.wav'));
  expect(await engine.reloadPrompts()).toEqual({ own: 1, unusable: [] });
  await play(first, 'store-bj01');
  await fell(Reflect.get(first.link, 'worker') as Worker);
  const next = await waitFor('another worker', () => {
    try {
      return engine.open('app', 'next');
    } catch {
      return null;
    }
  });
  expect(next.link).not.toBe(first.link);
  await play(await session('next'), 'store-bj01');
});

test('what another language says is told, each once', async () => {
  const caller = await session('caller');
  for (const prompt of ['goodbye', 'goodbye', 'hold']) await play(caller, prompt, 'de');
  await play(caller, 'goodbye', 'en');
  const told = logged.filter(({ msg }) => msg.includes('missing in the language'));
  expect(told.map(({ heard }) => heard)).toEqual(['en/goodbye', 'en/hold']);
});
