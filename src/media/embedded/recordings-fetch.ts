/**
 * Fetches finished recordings from an edge on another host, a few at a time, until each is on our disk and
 * the edge has been told so. What is still to come the edge knows and is asked for with every connection:
 * nothing is remembered here. Where the edge shares our folder this does nothing.
 *
 *     ready --> running --whole, told to the edge--> forgotten
 *       ^----------'--its own fault: waiting, 1 s growing to 10 min
 *       '----------'--edge or disk: all wait, 0.5 s growing to 60 s
 */
import type { Logger } from 'pino';
import { accessToken, folderMark, type ControlClient, type OwedFile } from '../../../sip/index';
import { EdgeFilesClient } from './edge-files';
import { bringRecording } from './recording-transfer';
import { TransferFailure } from './transfer-failure';

export interface RecordingsFetchOptions {
  control: ControlClient;
  /** Absolute; RECORDINGS_DIR. */
  recordingsDir: string;
  /** MEDIA_SECRET. */
  secret: string;
  /** Our disk has begun to refuse recordings; told once until one is stored again. */
  onDiskRefuses: (reason: string) => void;
  log: Logger;
}

/** At a time. Of a burst none waits behind a long one; the edge bounds their speed together. */
const PARALLEL = 3;
const FIRST_REST_MS = 500;
const LAST_REST_MS = 60_000;
const FIRST_WAIT_MS = 1000;
const LAST_WAIT_MS = 600_000;

interface Errand {
  file: OwedFile;
  state: 'ready' | 'running' | 'waiting';
  waitMs: number;
}

export class RecordingsFetch {
  private readonly errands = new Map<string, Errand>();
  private readonly running = new Set<Promise<void>>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly stopping = new AbortController();
  /** Null while there is nothing to fetch from. */
  private edge: EdgeFilesClient | null = null;
  private rest: NodeJS.Timeout | null = null;
  private restMs = 0;
  private diskRefuses = false;

  constructor(private readonly options: RecordingsFetchOptions) {}

  /** Asks the edge for what it owes, now and with every connection. */
  begin(): void {
    const { control } = this.options;
    control.on('connected', this.meet);
    if (control.isConnected) this.meet();
  }

  /** A recording was finished, and that is in our journal. */
  wanted(file: OwedFile): void {
    if (this.edge === null || this.errands.has(file.recording)) return;
    this.errands.set(file.recording, { file, state: 'ready', waitMs: 0 });
    this.pump();
  }

  /** The recording is known, and its sound will come. */
  isArriving(recording: string): boolean {
    return this.errands.has(recording);
  }

  /** Cuts what is being fetched; the next app goes on from there. */
  async stop(): Promise<void> {
    this.options.control.off('connected', this.meet);
    this.stopping.abort();
    if (this.rest !== null) clearTimeout(this.rest);
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.all(this.running);
  }

  private readonly meet = (): void => {
    this.learn().catch((err: unknown) =>
      this.options.log.warn({ err }, 'the edge does not say which recordings it keeps for us'),
    );
  };

  private async learn(): Promise<void> {
    const { control, recordingsDir, secret, log } = this.options;
    const { files } = control;
    this.edge = null;
    if (files === undefined) return this.errands.clear();
    if (folderMark(recordingsDir) === files.folder) {
      log.error(
        { recordingsDir },
        "the edge's recordings folder is ours: unset MEDIA_FILES_LISTEN",
      );
      return;
    }
    this.edge = new EdgeFilesClient(files.url, accessToken(secret), this.stopping.signal);
    this.endRest();
    for (let after: number | null = 0; after !== null;) {
      const page: { files: OwedFile[]; next: number | null } = await control.command(
        'record.owed',
        {
          after,
        },
      );
      for (const file of page.files) this.wanted(file);
      after = page.next;
    }
  }

  private pump(): void {
    if (this.edge === null || this.rest !== null || this.stopping.signal.aborted) return;
    for (const errand of this.errands.values()) {
      if (this.running.size >= PARALLEL) return;
      if (errand.state === 'ready') this.start(errand, this.edge);
    }
  }

  private start(errand: Errand, edge: EdgeFilesClient): void {
    errand.state = 'running';
    const run = this.fetch(errand, edge).then(() => {
      this.running.delete(run);
      this.pump();
    });
    this.running.add(run);
  }

  /** Never rejects. */
  private async fetch(errand: Errand, edge: EdgeFilesClient): Promise<void> {
    const { control, recordingsDir, log } = this.options;
    const { recording, path } = errand.file;
    try {
      await bringRecording(errand.file, edge, recordingsDir);
      this.diskRefuses = false;
      await control.command('record.fetched', { recording });
      this.restMs = 0;
      this.errands.delete(recording);
      log.info({ recording, path }, 'a recording was fetched from the edge');
    } catch (error) {
      if (!this.stopping.signal.aborted) this.failed(errand, error as Error);
    }
  }

  private failed(errand: Errand, failure: Error): void {
    const { log, onDiskRefuses } = this.options;
    const { recording, path } = errand.file;
    const of = failure instanceof TransferFailure ? failure.of : 'edge';
    const progressed = failure instanceof TransferFailure && failure.progressed;
    const level = of === 'edge' ? 'warn' : 'error';
    log[level]({ recording, path, of, reason: failure.message }, 'a recording was not fetched');
    if (of === 'unowed') this.errands.delete(recording);
    else if (of === 'file') this.wait(errand);
    else {
      errand.state = 'ready';
      this.restAll(progressed);
    }
    if (of !== 'disk' || this.diskRefuses) return;
    this.diskRefuses = true;
    onDiskRefuses(failure.message);
  }

  /** The others go on. */
  private wait(errand: Errand): void {
    errand.state = 'waiting';
    errand.waitMs = Math.min(Math.max(FIRST_WAIT_MS, 2 * errand.waitMs), LAST_WAIT_MS);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      errand.state = 'ready';
      this.pump();
    }, errand.waitMs);
    this.timers.add(timer);
  }

  /** What keeps one from coming keeps all. Several that fail together make one rest. */
  private restAll(progressed: boolean): void {
    if (progressed) this.restMs = 0;
    if (this.rest !== null) return;
    this.restMs = Math.min(Math.max(FIRST_REST_MS, 2 * this.restMs), LAST_REST_MS);
    this.rest = setTimeout(() => this.endRest(), this.restMs);
  }

  private endRest(): void {
    if (this.rest !== null) clearTimeout(this.rest);
    this.rest = null;
    this.pump();
  }
}
