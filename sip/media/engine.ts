/**
 * The media engine in the edge's main thread: sessions by id, the worker threads that carry them, and
 * what these tell. A session stays with the worker it began in: bridges and recordings never cross
 * threads, and a worker that falls takes no call of another along.
 */
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import { PLAIN_G711 } from '../sdp/codecs';
import { standsStill } from '../sdp/hold';
import type { MediaEngine, MediaEngineOptions, MediaListener } from './engine-port';
import { MediaFailure } from './failure';
import { closeFallen } from './fallen-recording';
import type { DiskTrouble, RecordedFile } from './messages';
import { OwedFiles } from './owed-files';
import { Prompts, type ReloadedPrompts } from './prompts';
import { LONGEST_MS } from './recording-format';
import { RecordingLedger } from './recording-ledger';
import { MediaSession } from './session';
import type { SessionView } from './session-orders';
import { Streams } from './streams';
import type { WorkerEvent, WorkerLink } from './worker-link';
import { WorkerPool } from './worker-pool';

/** Starts the worker threads and loads prompts and music; rejects when these cannot be read. */
export async function startMediaEngine(options: MediaEngineOptions): Promise<MediaEngine> {
  const engine = new ThreadedMediaEngine(options);
  await engine.start();
  return engine;
}

interface RunningRecording {
  owner: string;
  session: MediaSession;
  path: string;
  /** States of its disk that were told. */
  told: Set<DiskTrouble['state']>;
}

class ThreadedMediaEngine implements MediaEngine {
  private readonly sessions = new Map<string, MediaSession>();
  /** Whose recordings are running or being finished; outlives the session. */
  private readonly recordings = new Map<string, RunningRecording>();
  /** How many each worker has: ten thousand may be looked through by nobody at each new call. */
  private readonly sessionsOf = new Map<WorkerLink, number>();
  private readonly streams: Streams;
  private readonly log: Logger;
  private pool!: WorkerPool;
  private prompts!: Prompts;
  private readonly ledger: RecordingLedger;
  readonly files: OwedFiles;
  private listener: MediaListener = () => undefined;
  private readonly folders: readonly string[];

  constructor(private readonly options: MediaEngineOptions) {
    const { ports, address, otherFamily, maxStreams, can = PLAIN_G711, log } = options;
    const addresses = [address, ...(otherFamily === undefined ? [] : [otherFamily])] as const;
    this.streams = new Streams({ ports, addresses, maxStreams, can });
    this.log = log;
    this.ledger = new RecordingLedger(options.ledgerFile, log);
    const { filesAreFetched = false, recordingsDir, recordingsDir2: second } = options;
    this.folders = [recordingsDir, ...(second === undefined ? [] : [second])].map((dir) =>
      resolve(dir),
    );
    this.files = new OwedFiles(this.ledger, { filesAreFetched, folders: this.folders });
  }

  async start(): Promise<void> {
    const { workers, log, ...files } = this.options;
    this.prompts = await Prompts.read(files, log);
    this.pool = await WorkerPool.start({
      workers,
      setup: {
        recordingsDirs: this.folders,
        sounds: this.prompts.shared,
      },
      onEvent: (event) => this.receive(event),
      onLost: (link, reason) => this.workerLost(link, reason),
      log,
    });
  }

  onEvent(listener: MediaListener): void {
    this.listener = listener;
  }

  async finishFallen(): Promise<void> {
    for (const owed of this.ledger.left) {
      if (owed.told !== undefined) continue;
      const file = await closeFallen(owed, this.folders, Date.now());
      this.log.warn({ ...owed, result: file.result }, 'a recording of an edge that fell is closed');
      this.tellRecorded(owed, file);
    }
  }

  find(owner: string, id: string): MediaSession | null {
    const session = this.sessions.get(id);
    return session?.owner === owner ? session : null;
  }

  open(owner: string, id: string, near = '', offer = ''): MediaSession {
    const known = this.sessions.get(id);
    if (known !== undefined) {
      if (known.owner === owner) return known;
      throw new MediaFailure('bad-request', `session ${id} is another app's`);
    }
    const session = new MediaSession({
      owner,
      id,
      link:
        this.find(owner, near)?.link ??
        this.pool.choose((link) => this.loadOf(link), standsStill(offer)),
      streams: this.streams,
      choosePrompts: (wanted) => this.prompts.choose(wanted, id),
      onRecording: (recording, path) => {
        if (this.recordings.has(recording)) {
          throw new MediaFailure('bad-request', `recording ${recording} runs already`);
        }
        this.recordings.set(recording, { owner, session, path, told: new Set() });
        return this.ledger.keep({ recording, owner, session: id, path });
      },
      onNotRecording: (recording) => {
        this.recordings.delete(recording);
        this.ledger.settle(recording);
      },
      tell: (event) => this.receive(event),
      onDropped: (endpoint, { strangers: packets, forged }) =>
        this.log.info(
          { session: id, endpoint, packets, forged },
          'packets of strangers were dropped',
        ),
    });
    this.sessions.set(id, session);
    this.countSession(session.link, 1);
    return session;
  }

  list(owner: string): SessionView[] {
    const own = [...this.sessions.values()].filter((session) => session.owner === owner);
    return own.map((session) => session.view());
  }

  get isCrowded(): boolean {
    return this.streams.isCrowded;
  }

  get unfinished(): number {
    let open = this.recordings.size;
    for (const session of this.sessions.values()) open += session.streams;
    return open;
  }

  reloadPrompts(): Promise<ReloadedPrompts> {
    return this.prompts.reload((sounds) => this.pool.replaceSounds(sounds));
  }

  async closeSession(session: MediaSession): Promise<void> {
    if (this.sessions.delete(session.id)) this.countSession(session.link, -1);
    await session.close();
  }

  isBridged(session: string, endpoint: string): boolean {
    return this.sessions.get(session)?.isBridged(endpoint) ?? false;
  }

  release(session: string, endpoint: string): void {
    this.sessions
      .get(session)
      ?.closeEndpoint(endpoint)
      .catch((error: unknown) => this.log.debug({ session, endpoint, err: error }, 'not released'));
  }

  async close(): Promise<void> {
    await this.pool.close();
    this.sessions.clear();
    await this.ledger.close();
  }

  private receive(event: WorkerEvent): void {
    if (event.kind === 'recorded') {
      this.recorded(event.recording, event.file);
      return;
    }
    if (event.kind === 'disk-trouble') return this.diskTrouble(event.recording, event.trouble);
    const stream = this.streams.ownerOf(event.endpoint);
    if (stream !== null) this.listener({ ...event, ...stream });
  }

  private recorded(recording: string, file: RecordedFile): void {
    const known = this.recordings.get(recording);
    if (known === undefined) return;
    this.recordings.delete(recording);
    known.session.forgetRecording(recording);
    const { owner, session } = known;
    this.tellRecorded({ recording, owner, session: session.id }, file);
  }

  private diskTrouble(recording: string, trouble: DiskTrouble): void {
    const level = trouble.state === 'taken' ? 'warn' : 'error';
    this.log[level]({ recording, ...trouble }, 'the disk of a recording');
    const known = this.recordings.get(recording);
    if (known === undefined || known.told.has(trouble.state)) return;
    known.told.add(trouble.state);
    const { owner, session } = known;
    this.listener({ kind: 'disk-trouble', owner, session: session.id, recording, trouble });
  }

  /** Its worker fell: what was written is a recording with a gap. */
  private async rescue(recording: string, { owner, session, path }: RunningRecording) {
    const owed = { recording, owner, session: session.id, path };
    const hungMs = session.link.silentMs;
    this.recorded(recording, await closeFallen(owed, this.folders, Date.now(), hungMs));
  }

  private tellRecorded(
    { recording, owner, session }: { recording: string; owner: string; session: string },
    file: RecordedFile,
  ): void {
    if (file.result === 'failed') this.ledger.failed(recording, file.reason);
    else if (!file.reconciles) {
      this.log.error({ recording, path: file.path }, "a recording's manifest contradicts itself");
    }
    if (file.result === 'stored' && file.durationMs >= LONGEST_MS) {
      this.log.warn({ recording, path: file.path }, 'a recording was ended: it was 8 hours long');
    }
    this.files.finished(owner, recording, file);
    this.listener({ kind: 'recorded', owner, session, recording, file }, () =>
      this.files.told(recording),
    );
  }

  /** A session counts before it has a stream: many may begin in one turn of the event loop. */
  private loadOf(link: WorkerLink): number {
    return (this.sessionsOf.get(link) ?? 0) + this.streams.carriedBy(link);
  }

  private countSession(link: WorkerLink, change: 1 | -1): void {
    this.sessionsOf.set(link, (this.sessionsOf.get(link) ?? 0) + change);
  }

  private workerLost(link: WorkerLink, reason: string): void {
    const fallen = [...this.sessions.values()].filter((session) => session.link === link);
    this.log.error({ reason, sessions: fallen.length }, 'a media worker fell');
    for (const [recording, known] of this.recordings) {
      if (known.session.link === link) void this.rescue(recording, known);
    }
    for (const session of fallen) {
      session.abandon();
      const { owner, id } = session;
      this.sessions.delete(id);
      this.listener({ kind: 'session-lost', owner, session: id, reason });
    }
    this.sessionsOf.delete(link);
    this.streams.lost(link);
  }
}
