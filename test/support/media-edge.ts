import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { DialogDirectory, GuardDirectory } from '../../sip/control/ports';
import type { Door } from '../../sip/guard/door';
import { startControlServer, type ControlServer } from '../../sip/control/server';
import { Announcements } from '../../sip/media/announcements';
import { startMediaEngine, type MediaEngine } from '../../sip/media/engine';

/** The media half of an edge, in this process: real sockets, real files, any free ports. */
export interface MediaEdge {
  server: ControlServer;
  media: MediaEngine;
  recordingsDir: string;
  close(): Promise<void>;
}

export const SECRET = 'between edge and app';

/** Signalling without a dialog. */
export const noDialogs: DialogDirectory = {
  list: () => [],
  note: () => false,
  reattached: () => undefined,
  invites: () => [],
  noteInvite: () => undefined,
  whole: () => Promise.resolve(),
  hotlines: () => undefined,
};

export interface MediaEdgeOptions {
  dialogs?: DialogDirectory;
  orphanLimitMs?: number;
  /** Of signalling; without it this is a media-only edge. */
  guard?: GuardDirectory;
  door?: Door;
  /** Where control listens; any free port of loopback by default. */
  listen?: { host: string; port: number };
  /** Of the media engine; 1, 100 and any free ones by default. */
  workers?: number;
  maxStreams?: number;
  ports?: [low: number, high: number];
}

export async function startMediaEdge(options: MediaEdgeOptions = {}): Promise<MediaEdge> {
  const { dialogs = noDialogs, orphanLimitMs = 60_000, guard, door } = options;
  const { workers = 1, maxStreams = 100, ports = [0, 0] } = options;
  const log = pino({ level: 'silent' });
  const recordingsDir = await mkdtemp(join(tmpdir(), 'openline-recordings-'));
  const media = await startMediaEngine({
    ports,
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    workers,
    maxStreams,
    recordingsDir,
    promptsDir: join(__dirname, '../../media/prompts'),
    musicFile: join(__dirname, '../../media/music/default.wav'),
    log,
  });
  const { listen = { host: '127.0.0.1', port: 0 } } = options;
  const server = await startControlServer({
    ...{ listen, secret: SECRET, media, dialogs, guard, door, orphanLimitMs, log },
    announcements: new Announcements(media),
  });
  return {
    ...{ server, media, recordingsDir },
    close: async () => {
      await server.close();
      await media.close();
      await rm(recordingsDir, { recursive: true });
    },
  };
}
