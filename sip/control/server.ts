/**
 * The control server of the edge: listens, ties connections to apps, media and dialogs together, and
 * turns what the media engine tells into events. The protocol stands in protocol.ts.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import type { Logger } from 'pino';
import { Door } from '../guard/door';
import type { Announcements } from '../media/announcements';
import type { MediaEngine, MediaEvent } from '../media/engine-port';
import { isUnusable, type MediaFailure } from '../media/failure';
import type { MediaSession } from '../media/session';
import { Apps } from './apps';
import { Claimants } from './claimants';
import type { Claims } from './claims';
import { makeCommands, type AppCommand } from './commands';
import { ControlConnection } from './connection';
import type {
  DialogDirectory,
  FlowDirectory,
  GuardDirectory,
  MediaDirectory,
  TellApp,
} from './ports';
import type { CommandLine, ControlEvent, EdgeFiles, Params } from './protocol';
import { SILENCE, SilentSessions, type SilenceLimits } from './silent-sessions';

export interface ControlServerOptions {
  /** Port 0: any free one. */
  listen: { host: string; port: number };
  /** MEDIA_SECRET. */
  secret: string;
  media: MediaEngine;
  dialogs: DialogDirectory;
  /** Of signalling, when there is one. */
  guard?: GuardDirectory | undefined;
  /** Of signalling, when there is one. */
  flows?: FlowDirectory | undefined;
  claims: Claims;
  /** How connections without the secret are treated; a door of its own by default. */
  door?: Door | undefined;
  /** What the edge says in its own name; its events are no app's. */
  announcements: Announcements;
  /** Where an app that has reached us at that address finds its files; undefined: it shares our folder. */
  files?: ((app: string, reached: string) => EdgeFiles) | undefined;
  /** MEDIA_ORPHAN_LIMIT_SECONDS: an absent app's sessions are closed after it. */
  orphanLimitMs: number;
  /** When the session of an absent app is over though nobody says so; a minute by default. */
  silence?: SilenceLimits | undefined;
  log: Logger;
}

export interface ControlServer {
  /** Where it listens, with the real port. */
  address: { host: string; port: number };
  tellApp: TellApp;
  mediaDirectory: MediaDirectory;
  /** Closes the listener and all connections; the media engine is closed by its owner. */
  close(): Promise<void>;
}

/** Of the protocol; rises when an older client could not follow. */
const PROTOCOL_VERSION = '1';

/** Rejects when the address cannot be listened on. */
export async function startControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { media, dialogs, guard, flows, announcements, log, listen, door = new Door() } = options;
  const apps = makeApps(options);
  const silence = watchSilence(options, apps);
  const commands = makeCommands({
    media,
    dialogs,
    guard,
    flows,
    ack: (app, seq) => apps.ack(app, seq),
  });
  const claimants = new Claimants(options.claims, apps);
  const run = async (
    app: string,
    { command, params }: CommandLine,
    from: ControlConnection,
  ): Promise<object> => {
    if (command === 'claim') return claimants.ask(app, from, params as Params<'claim'>);
    if (command === 'claim.release') return claimants.release(app, from);
    claimants.check(app, from, command);
    const carryOut = commands[command as AppCommand] as (app: string, params: unknown) => object;
    try {
      return await carryOut(app, params);
    } catch (error) {
      if (isUnusable(error)) tellUnusable(log, app, params, error);
      throw error;
    }
  };
  media.onEvent((event, acknowledged) => {
    if (announcements.hear(event)) return;
    if (event.kind === 'quality' && !event.final) silence.heard(event.session);
    apps.tell(event.owner, controlEvent(event), acknowledged);
  });

  const connections = new Set<ControlConnection>();
  const edge = { edge: randomUUID(), version: PROTOCOL_VERSION };
  const greeting = (app: string, reached: string) => ({
    ...edge,
    ...(options.files && { files: options.files(app, reached) }),
  });
  const server = createServer((socket) => {
    door.receive(socket, (visitor) => {
      const connection = new ControlConnection(socket, {
        secret: options.secret,
        greeting,
        visitor,
        log,
        run,
        onHello: (app, self, claims) => claimants.arrived(app, self, claims),
        onClaim: (app, self, { granted }) => granted && claimants.given(app, self),
        onGone: (app, self) => claimants.gone(app, self),
      });
      connections.add(connection);
      socket.on('close', () => connections.delete(connection));
    });
  });
  server.listen(listen.port, listen.host);
  await once(server, 'listening');

  return {
    address: { host: listen.host, port: (server.address() as AddressInfo).port },
    tellApp: (app, event, acknowledged) => apps.tell(app, event, acknowledged),
    mediaDirectory: {
      isBridged: (session, endpoint) => media.isBridged(session, endpoint),
      release: (session, endpoint) => media.release(session, endpoint),
    },
    close: async () => {
      const closed = closeServer(server);
      door.close();
      for (const connection of connections) connection.close();
      await closed;
      silence.close();
      apps.close();
    },
  };
}

/** Somebody is refused for his description: this line says which formats were his and which are ours. */
function tellUnusable(log: Logger, app: string, params: unknown, error: MediaFailure): void {
  const { session: callId, endpoint: legId } = params as { session?: string; endpoint?: string };
  log.warn({ app, callId, legId, reason: error.message }, 'a description of media was refused');
}

function makeApps({ media, orphanLimitMs, log }: ControlServerOptions): Apps {
  return new Apps({
    orphanLimitMs,
    onDropped: (app) => log.error({ app }, 'events were forgotten: the app is away too long'),
    onOrphaned: (app) => {
      for (const { session } of media.list(app)) {
        const orphan = media.find(app, session);
        if (orphan !== null) closeOrphan({ media, log }, orphan, 'its app did not come back');
      }
    },
  });
}

function watchSilence(options: ControlServerOptions, apps: Apps) {
  const { media, dialogs, silence: limits = SILENCE } = options;
  const silent = new SilentSessions(media, dialogs, limits.afterMs);
  const look = setInterval(() => {
    for (const session of silent.find(apps.absent(), performance.now())) {
      closeOrphan(options, session, 'nothing is received, no dialog lives, and its app is away');
    }
  }, limits.lookEveryMs);
  look.unref();
  return {
    heard: (session: string) => silent.heard(session, performance.now()),
    close: () => clearInterval(look),
  };
}

function closeOrphan(
  { media, log }: Pick<ControlServerOptions, 'media' | 'log'>,
  session: MediaSession,
  why: string,
): void {
  log.warn({ app: session.owner, session: session.id }, `session closed: ${why}`);
  media.closeSession(session).catch((err: unknown) => log.error({ err }, 'orphaned session'));
}

/** What the media engine tells, in the words of the protocol. */
function controlEvent(event: MediaEvent): ControlEvent {
  const { session } = event;
  switch (event.kind) {
    case 'play-ended': {
      const { endpoint, play, reason } = event;
      return { event: 'play.ended', session, endpoint, play, reason };
    }
    case 'recorded':
      return { event: 'record.finished', session, recording: event.recording, file: event.file };
    case 'disk-trouble':
      return { event: 'record.disk', session, recording: event.recording, ...event.trouble };
    case 'quality': {
      const { endpoint, final, quality } = event;
      return { event: 'endpoint.quality', session, endpoint, final, quality };
    }
    case 'key': {
      const { endpoint, key, durationMs } = event;
      return { event: 'endpoint.key', session, endpoint, key, durationMs };
    }
    case 'session-lost':
      return { event: 'session.lost', session, reason: event.reason };
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
