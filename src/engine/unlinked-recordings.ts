/**
 * Watches for recordings that hang on no call. Looks some time after a start, after such a recording was written,
 * and when the call of one is written; at no other time.
 */
import type { CallId, StoreId } from '../domain/ids';
import type { JournalEntry } from '../domain/records';
import { judgeLinks, LINK_GRACE_MS } from '../domain/recording/unlinked';
import type { Instant, Millis } from '../domain/time';
import type { Log } from './log';
import type { RecordingLinks, Submit } from './ports';

export interface UnlinkedRecordingsOptions {
  links: RecordingLinks;
  submit: Submit;
  /** Resolves when everything submitted so far is on disk. */
  written: () => Promise<void>;
  /** Stores in which the alarm stands, also by a former life. */
  standing: () => StoreId[];
  now: () => Instant;
  log: Log;
  graceMs?: Millis;
}

/** After the database failed. */
const AGAIN_MS = 10_000;

export class UnlinkedRecordings {
  private since: Instant = 0;
  private timer: NodeJS.Timeout | null = null;
  private wakesAt = Infinity;
  private stopped = false;
  private looking: Promise<void> = Promise.resolve();
  /** Calls that are missing, as far as is known. */
  private missing = new Set<CallId>();
  /** Calls that came while the database was being asked, whose answer may be older. */
  private cameMeanwhile: Set<CallId> | null = null;

  constructor(private readonly options: UnlinkedRecordingsOptions) {}

  /** The journal of former lives is in the database. */
  start(): void {
    this.since = this.options.now();
    this.lookAt(this.since + this.graceMs);
  }

  /** A batch was applied; `unlinked` are calls of recordings that it stored without them. */
  applied(entries: readonly JournalEntry[], unlinked: readonly CallId[]): void {
    for (const callId of unlinked) this.missing.add(callId);
    const now = this.options.now();
    if (unlinked.length > 0) this.lookAt(now + this.graceMs);
    for (const { record } of entries) {
      if (record.kind !== 'call.saved') continue;
      this.cameMeanwhile?.add(record.call.id);
      if (this.missing.has(record.call.id)) this.lookAt(now);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.looking;
  }

  private get graceMs(): Millis {
    return this.options.graceMs ?? LINK_GRACE_MS;
  }

  private lookAt(at: Instant): void {
    if (this.stopped || at >= this.wakesAt) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.wakesAt = at;
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.wakesAt = Infinity;
        this.looking = this.looking.then(() => this.look());
      },
      Math.max(0, at - this.options.now()),
    );
  }

  /** Told first, noted as told then: a fall in between tells it twice. */
  private async look(): Promise<void> {
    const { links, submit, written, standing, now, log, graceMs = LINK_GRACE_MS } = this.options;
    try {
      const came = (this.cameMeanwhile = new Set<CallId>());
      const open = await links.open();
      this.cameMeanwhile = null;
      this.missing = new Set(open.filter(({ linked }) => !linked).map(({ callId }) => callId));
      const { alarms, told, nextAt } = judgeLinks(open, this.since, now(), {
        ...{ standing: standing(), graceMs },
      });
      for (const alarm of alarms) submit(alarm);
      await written();
      await links.told(told, now());
      if (nextAt !== null) this.lookAt(nextAt);
      if ([...came].some((callId) => this.missing.has(callId))) this.lookAt(now());
    } catch (error) {
      log.warn({ err: error }, 'whether recordings hang on their calls could not be asked');
      this.lookAt(now() + AGAIN_MS);
    }
  }
}
