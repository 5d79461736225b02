/**
 * Has rows deleted that nobody looks back at any more: every hour. In small batches, one
 * after the other, so that nobody who writes a call waits for it.
 */
import { seconds, type Millis } from '../domain/time';

const HOUR_MS: Millis = seconds(3600);
/** Rows of one batch. */
const BATCH = 1000;

export interface SweepingOptions {
  /** Deletes at most so many; how many there were. Rejects while the database is away. */
  sweep: (most: number) => Promise<number>;
  onError: (error: unknown) => void;
  everyMs?: Millis;
}

/** Runs until `stop`, which waits for the batch in hand. */
export class Sweeping {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: SweepingOptions) {}

  start(): void {
    const { everyMs = HOUR_MS, onError } = this.options;
    this.timer = setTimeout(() => {
      this.running = this.sweepAll()
        .catch(onError)
        .finally(() => this.stopped || this.start());
    }, everyMs).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async sweepAll(): Promise<void> {
    while (!this.stopped && (await this.options.sweep(BATCH)) === BATCH);
  }
}
