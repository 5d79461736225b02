/**
 * Hands what stands in the outbox to everybody who wants it, in one transaction a batch, so that none is told twice of an
 * event or not at all. Decides when: as soon as something may have been written, and every few seconds. Here promises
 * fall due, too: a moment is over whether or not an app was there, so it is looked for in the rows.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { OutsideEvent } from '../domain/outside/event';
import { seconds, type Instant, type Millis } from '../domain/time';
import type { Sql } from './boss';

export type WrittenEvent = OutsideEvent & { id: string };

/**
 * Takes events for its own: writes rows and jobs by `sql`, and nothing else, because all of it is undone if the
 * transaction is. What it answers is called when that is committed.
 */
export type OutsideListener = (
  events: readonly WrittenEvent[],
  sql: Sql,
) => Promise<(() => void) | void>;

export interface OutsideOptions {
  /** Hands events that nobody has taken to `hand` in a transaction that takes them; how many there were. */
  take: (
    most: number,
    hand: (events: readonly WrittenEvent[], sql: Sql) => Promise<void>,
  ) => Promise<number>;
  /** Writes that promises are due; how many. */
  writeDue: (now: Instant) => Promise<number>;
  /** Rejects while the database is away. */
  ready: () => Promise<void>;
  now: () => Instant;
  log: Logger;
  listeners: readonly OutsideListener[];
  everyMs?: Millis;
}

const USUAL_MS: Millis = seconds(5);
/** Events of one transaction. */
const BATCH = 200;

export class Outside {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private isWoken = false;
  private wakeUp = new AbortController();
  /** When promises that are due were last looked for, on the monotonic clock. */
  private lookedAt = -Infinity;

  constructor(private readonly options: OutsideOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something may have been written. */
  wake(): void {
    this.isWoken = true;
    this.wakeUp.abort();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { log, ready, everyMs = USUAL_MS } = this.options;
    while (!this.stopping.signal.aborted) {
      this.isWoken = false;
      this.wakeUp = new AbortController();
      try {
        await ready();
        await this.findDue();
        while (!this.stopping.signal.aborted && (await this.takeBatch()) === BATCH);
      } catch (error) {
        log.warn({ err: error }, 'events for other systems wait');
        await this.pause(everyMs, this.stopping.signal);
      }
      if (!this.isWoken) await this.pause(everyMs, this.wakeUp.signal);
    }
  }

  /** Not whenever something was written: time brings these. */
  private async findDue(): Promise<void> {
    const { writeDue, now, everyMs = USUAL_MS } = this.options;
    if (performance.now() - this.lookedAt < everyMs) return;
    await writeDue(now());
    this.lookedAt = performance.now();
  }

  private async takeBatch(): Promise<number> {
    const { take, listeners } = this.options;
    const committed: (() => void)[] = [];
    const taken = await take(BATCH, async (events, sql) => {
      for (const listen of listeners) {
        const after = await listen(events, sql);
        if (after) committed.push(after);
      }
    });
    for (const after of committed) after();
    return taken;
  }

  private async pause(ms: Millis, signal: AbortSignal): Promise<void> {
    await delay(ms, null, { signal }).catch(() => null);
  }
}
