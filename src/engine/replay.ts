/**
 * Brings the journal into the database: batches in order, each tried until it succeeds. Entries of
 * former lives come first. Applying must be idempotent by entry id: after a fall the last batches
 * come once more.
 */
import type { JournalEntry } from '../domain/records';
import type { FileJournal } from './journal';
import type { Log } from './log';

/** Puts a batch into the database as a whole, or throws; implemented by the store. */
export type ApplyEntries = (entries: JournalEntry[]) => Promise<void>;

/** Where entries come from and go to. */
export interface ReplayOptions {
  journal: FileJournal;
  apply: ApplyEntries;
  log: Log;
  /** Waiting times between tries grow from the first to the second; default 100 ms to 5 s. */
  backoffMs?: { first: number; longest: number };
  /**
   * How long the first record of a batch waits for others, default 200 ms: transactions cost the
   * database more than rows, and nobody but a list on a screen waits for them.
   */
  gatherMs?: number;
}

/** One replayer a journal. */
export class Replayer {
  private stopped = false;
  private running: Promise<void> | null = null;
  /** Ends the wait that is going on, if any. */
  private wake: () => void = nothing;
  private waitsForMore = false;
  private caughtUpListeners: (() => void)[] = [];

  constructor(private readonly options: ReplayOptions) {
    options.journal.watch(() => {
      if (this.waitsForMore) this.wake();
    });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Ends after the batch in hand, or at once when that waits for another try. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    this.tellCaughtUp();
    await this.running;
  }

  /** Resolves when everything appended before this call stands in the database, or on `stop`. */
  async caughtUp(): Promise<void> {
    await this.options.journal.flush();
    if (this.stopped || !this.options.journal.hasMore()) return;
    await new Promise<void>((resolve) => this.caughtUpListeners.push(resolve));
  }

  private async run(): Promise<void> {
    const { journal, gatherMs = 200 } = this.options;
    while (!this.stopped) {
      for await (const batch of journal.pending()) if (!(await this.apply(batch))) return;
      if (journal.hasMore()) continue;
      this.tellCaughtUp();
      await this.waitForMore();
      if (!this.stopped) await this.pause(gatherMs);
    }
  }

  /** False when stopped before the batch was applied. */
  private async apply(batch: JournalEntry[]): Promise<boolean> {
    const { journal, log, backoffMs = { first: 100, longest: 5000 } } = this.options;
    for (let wait = backoffMs.first; !this.stopped; wait = Math.min(wait * 2, backoffMs.longest))
      try {
        await this.options.apply(batch);
        const last = batch.at(-1);
        if (last) await journal.applied(last.id);
        return true;
      } catch (error) {
        log.warn({ err: error, entries: batch.length, wait }, 'the journal waits for the database');
        await this.pause(wait);
      }
    return false;
  }

  private async waitForMore(): Promise<void> {
    this.waitsForMore = true;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (this.stopped || this.options.journal.hasMore()) resolve();
    });
    this.waitsForMore = false;
    this.wake = nothing;
  }

  private async pause(ms: number): Promise<void> {
    if (this.stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = nothing;
  }

  private tellCaughtUp(): void {
    for (const listener of this.caughtUpListeners.splice(0)) listener();
  }
}

const nothing = (): void => {};
