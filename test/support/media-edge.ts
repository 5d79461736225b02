import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import type { DialogDirectory, FlowDirectory, GuardDirectory } from '../../sip/control/ports';
import type { Door } from '../../sip/guard/door';
import { Claims } from '../../sip/control/claims';
import { startControlServer, type ControlServer } from '../../sip/control/server';
import type { SilenceLimits } from '../../sip/control/silent-sessions';
import { startFilesServer, type FilesServer } from '../../sip/handover/files-server';
import { markFolder } from '../../sip/handover/folder-mark';
import { Announcements } from '../../sip/media/announcements';
import { startMediaEngine } from '../../sip/media/engine';
import type { MediaEngine } from '../../sip/media/engine-port';
import { CARRIED } from '../../sip/sdp/codecs';

/** The media half of an edge, in this process: real sockets, real files, any free ports. */
export interface MediaEdge {
  server: ControlServer;
  media: MediaEngine;
  recordingsDir: string;
  /** Where a store's own prompts are looked for. */
  ownPromptsDir: string;
  /** With `fetched` only. */
  files: FilesServer | undefined;
  close(): Promise<void>;
}

const LOOPBACK = { host: '127.0.0.1', port: 0 };

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
  silence?: SilenceLimits;
  /** Of signalling; without it this is a media-only edge. */
  guard?: GuardDirectory;
  flows?: FlowDirectory;
  door?: Door;
  /** Where recordings are written; a folder of its own by default, and no second one. */
  recordingsDirs?: readonly [first: string, second: string];
  /** Where control listens; any free port of loopback by default. */
  listen?: { host: string; port: number };
  /** Where a store's own prompts are looked for; a folder of its own by default. */
  ownPromptsDir?: string;
  /**
   * Apps fetch finished recordings, as from an edge on another host; `via` is where they are told that the
   * files are, given where they really are.
   */
  fetched?: { via?: (files: FilesServer) => Promise<{ host: string; port: number }> };
  /** Where claims are kept; a file of its own by default. */
  claimsFile?: string;
  /** Of the media engine; 1, 100 and any free ones by default. */
  workers?: number;
  maxStreams?: number;
  ports?: [low: number, high: number];
}

export async function startMediaEdge(options: MediaEdgeOptions = {}): Promise<MediaEdge> {
  const { dialogs = noDialogs, orphanLimitMs = 60_000, silence, guard, flows, door } = options;
  const { workers = 1, maxStreams = 100, ports = [0, 0] } = options;
  const log = pino({ level: 'silent' });
  const own = await mkdtemp(join(tmpdir(), 'openline-recordings-'));
  const [recordingsDir, recordingsDir2] = options.recordingsDirs ?? [own];
  const { ownPromptsDir = join(own, 'own-prompts') } = options;
  const media = await startMediaEngine({
    ports,
    address: { bind: '127.0.0.1', advertised: '127.0.0.1' },
    can: CARRIED,
    workers,
    maxStreams,
    recordingsDir,
    recordingsDir2,
    filesAreFetched: options.fetched !== undefined,
    promptsDir: join(__dirname, '../../media/prompts'),
    musicFile: join(__dirname, '../../media/music/default.wav'),
    ownPromptsDir,
    log,
  });
  const { listen = LOOPBACK, fetched } = options;
  const files =
    fetched &&
    (await startFilesServer({ listen: LOOPBACK, secret: SECRET, files: media.files, door, log }));
  const place = files && ((await fetched?.via?.(files)) ?? files.address);
  const folder = fetched === undefined ? '' : markFolder(recordingsDir);
  const server = await startControlServer({
    ...{ listen, secret: SECRET, media, dialogs, guard, flows, door, orphanLimitMs, silence, log },
    announcements: new Announcements(media),
    claims: new Claims(options.claimsFile ?? join(own, 'claims.json'), log),
    files: place && ((app) => ({ url: `http://${place.host}:${place.port}/${app}`, folder })),
  });
  return {
    ...{ server, media, recordingsDir, ownPromptsDir, files },
    close: async () => {
      await server.close();
      await files?.close();
      await media.close();
      await rm(own, { recursive: true });
    },
  };
}
