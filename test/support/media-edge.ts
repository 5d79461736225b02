import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { DialogDirectory, GuardDirectory } from '../../sip/control/ports';
import type { Door } from '../../sip/guard/door';
import { startControlServer, type ControlServer } from '../../sip/control/server';
import { Announcements } from '../../sip/media/announcements';
import { startMediaEngine, type MediaEngine } from '../../sip/media/engine';
import { CARRIED } from '../../sip/sdp/codecs';

/** The media half of an edge, in this process: real sockets, real files, any free ports. */
export interface MediaEdge {
  server: ControlServer;
  media: MediaEngine;
  recordingsDir: string;
  /** Where a store's own prompts are looked for. */
  ownPromptsDir: string;
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
  /** Where recordings are written; a folder of its own by default, and no second one. */
  recordingsDirs?: readonly [first: string, second: string];
  /** Where control listens; any free port of loopback by default. */
  listen?: { host: string; port: number };
  /** Where a store's own prompts are looked for; a folder of its own by default. */
  ownPromptsDir?: string;
}

export async function startMediaEdge(options: MediaEdgeOptions = {}): Promise<MediaEdge> {
  const { dialogs = noDialogs, orphanLimitMs = 60_000, guard, door } = options;
  const log = pino({ level: 'silent' });
  const own = await mkdtemp(join(tmpdir(), 'openline-recordings-'));
  const [recordingsDir, recordingsDir2] = options.recordingsDirs ?? [own];
  const { ownPromptsDir = join(own, 'own-prompts') } = options;
  const media = await startMediaEngine({
    ports: [0, 0],
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    can: CARRIED,
    workers: 1,
    maxStreams: 100,
    recordingsDir,
    recordingsDir2,
    promptsDir: join(__dirname, '../../media/prompts'),
    musicFile: join(__dirname, '../../media/music/default.wav'),
    ownPromptsDir,
    log,
  });
  const { listen = { host: '127.0.0.1', port: 0 } } = options;
  const server = await startControlServer({
    ...{ listen, secret: SECRET, media, dialogs, guard, door, orphanLimitMs, log },
    announcements: new Announcements(media),
  });
  return {
    ...{ server, media, recordingsDir, ownPromptsDir },
    close: async () => {
      await server.close();
      await media.close();
      await rm(own, { recursive: true });
    },
  };
}
