import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { connectControl } from '../../sip/control/client';
import { startControlServer } from '../../sip/control/server';
import { startMediaEngine } from '../../sip/media/engine';
import { noDialogs } from '../support/no-dialogs';
import { describeMedia, type MediaBackend } from './media';

const SECRET = 'between edge and app';

describeMedia('the embedded engine', async (): Promise<MediaBackend> => {
  const log = pino({ level: 'silent' });
  const recordingsDir = await mkdtemp(join(tmpdir(), 'openline-recordings-'));
  const media = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    maxStreams: 100,
    recordingsDir,
    promptsDir: join(__dirname, '../../media/prompts'),
    musicFile: join(__dirname, '../../media/music/default.wav'),
    log,
  });
  const server = await startControlServer({
    listen: { host: '127.0.0.1', port: 0 },
    secret: SECRET,
    media,
    dialogs: noDialogs,
    orphanLimitMs: 60_000,
    log,
  });
  return {
    recordingsDir,
    connect: (app) => connectControl({ ...server.address, secret: SECRET, app, log }),
    close: async () => {
      await server.close();
      await media.close();
      await rm(recordingsDir, { recursive: true });
    },
  };
});
