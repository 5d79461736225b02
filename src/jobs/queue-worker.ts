/**
 * Works off one queue: fetches jobs, hands them over one after the other, and says of each what became of it. pg-boss has
 * workers of its own; theirs end a batch as a whole, and do not wait until that is written.
 */
import type { Logger } from 'pino';
import type PgBoss from 'pg-boss';
import { seconds, type Millis } from '../domain/time';

export interface Job<T extends object> {
  id: string;
  data: T;
  /** 1 for the first. */
  attempt: number;
  /** No other follows. */
  isLast: boolean;
}

/** What it rejects with is kept as the reason, and the job is tried again; on `signal` it breaks off. */
export type Handler<T extends object> = (job: Job<T>, signal: AbortSignal) => Promise<void>;

export interface WorkOptions {
  /** Jobs fetched at once; default 5. */
  batch?: number;
  /** How often a queue is looked into that nobody wakes; default 2 s. */
  everyMs?: Millis;
}

interface WorkerParts<T extends object> extends WorkOptions {
  queue: string;
  handle: Handler<T>;
  log: Logger;
  /** Null until the jobs are there. */
  boss: () => PgBoss | null;
  onStopped: () => void;
}

export class QueueWorker<T extends object> {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private isWoken = false;
  private wakeUp: () => void = nothing;

  constructor(private readonly parts: WorkerParts<T>) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something may be in the queue. */
  wake(): void {
    this.isWoken = true;
    this.wakeUp();
  }

  /** Resolves when the job in hand, which is told to break off, has. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    this.parts.onStopped();
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      this.isWoken = false;
      const jobs = await this.fetched();
      for (const job of jobs) await this.work(job);
      if (jobs.length === 0 && !this.isWoken) await this.pause();
    }
  }

  /** In their order; none while the database is away. */
  private async fetched(): Promise<PgBoss.JobWithMetadata<T>[]> {
    const { boss, queue, batch = 5, log } = this.parts;
    try {
      const fetch = { batchSize: batch, includeMetadata: true } as const;
      const jobs = (await boss()?.fetch<T>(queue, fetch)) ?? [];
      return jobs.sort(
        (a, b) => a.createdOn.getTime() - b.createdOn.getTime() || (a.id < b.id ? -1 : 1),
      );
    } catch (error) {
      log.warn({ err: error, queue }, 'jobs cannot be fetched');
      return [];
    }
  }

  private async work(job: PgBoss.JobWithMetadata<T>): Promise<void> {
    const { queue, handle, log } = this.parts;
    const { id, data, retryCount, retryLimit } = job;
    const given = { id, data, attempt: retryCount + 1, isLast: retryCount >= retryLimit };
    const failure = await handle(given, this.stopping.signal).then(
      () => null,
      (error: unknown) => ({ error }),
    );
    const boss = this.parts.boss();
    if (boss === null) return;
    try {
      if (failure === null) await boss.complete(queue, id);
      else await boss.fail(queue, id, { message: messageOf(failure.error) });
    } catch (error) {
      // It is held to run until its time is over, and is then tried again.
      log.warn({ err: error, queue, job: id }, 'what became of a job could not be written');
    }
  }

  private async pause(): Promise<void> {
    const { everyMs = seconds(2) } = this.parts;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, everyMs);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.isWoken) this.wakeUp();
    });
    this.wakeUp = nothing;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

const nothing = (): void => undefined;
