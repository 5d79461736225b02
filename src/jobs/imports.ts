/**
 * Carries out imports and undoes them, one after the other. What is to be done stands in their rows, so that it is gone on with
 * by the next app, or when the database is back: nothing of it is kept here.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CodedError } from '../domain/errors';
import type { ImportBatch } from '../domain/intake/batch';
import { seconds, type Millis } from '../domain/time';

const AGAIN_MS: Millis = seconds(5);

export interface ImportsOptions {
  /** Resolves when the database may be written into; rejects while it is away. */
  ready: () => Promise<void>;
  /** Those that wait, or were begun, the oldest first. */
  open: () => Promise<ImportBatch[]>;
  /** Lands the file; rejects with `CodedError` where that cannot be. */
  land: (batch: ImportBatch, signal: AbortSignal) => Promise<'done' | 'broken-off'>;
  undo: (batch: ImportBatch) => Promise<void>;
  /** It has ended, or cannot go on because of `error`. */
  ended: (batch: ImportBatch, error: string | null) => Promise<void>;
  /** Whether people may change what is kept; while they may not, nothing lands either. */
  mayChange: () => boolean;
  log: Logger;
  againMs?: Millis;
}

export class Imports {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private isWoken = false;
  private wakeUp: () => void = () => undefined;
  private isIdle = false;
  private readonly idlers: (() => void)[] = [];

  constructor(private readonly options: ImportsOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Something may be to be done. */
  wake(): void {
    this.isWoken = true;
    this.isIdle = false;
    this.wakeUp();
  }

  /** Resolves when nothing is left to be done. */
  async idle(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((resolve) => this.idlers.push(resolve));
  }

  /** Resolves when what is in hand is broken off; it is gone on with by the next app. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      this.isWoken = false;
      const left = await this.once().catch((err: unknown) => {
        this.options.log.warn({ err }, 'imports go on when the database is there');
        return true;
      });
      if (left) await this.pause(this.options.againMs ?? AGAIN_MS);
      else if (!this.isWoken) {
        this.isIdle = true;
        for (const idler of this.idlers.splice(0)) idler();
        await this.pause(null);
      }
    }
  }

  /** Whether something is left to be done. */
  private async once(): Promise<boolean> {
    const { options, stopping } = this;
    await options.ready();
    for (const batch of await options.open()) {
      if (stopping.signal.aborted || !options.mayChange()) return true;
      if (!(await this.carryOut(batch))) return true;
    }
    return false;
  }

  /** Whether it has ended. What the database says is no end: it is tried again. */
  private async carryOut(batch: ImportBatch): Promise<boolean> {
    const { land, undo, ended } = this.options;
    if (batch.state === 'undoing') {
      await undo(batch);
      return true;
    }
    try {
      if ((await land(batch, this.stopping.signal)) === 'broken-off') return false;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      await ended(batch, error.code);
      return true;
    }
    await ended(batch, null);
    return true;
  }

  /** Null: until somebody wakes it. */
  private async pause(ms: Millis | null): Promise<void> {
    await new Promise<void>((resolve) => {
      const pause = new AbortController();
      this.wakeUp = () => {
        pause.abort();
        resolve();
      };
      if (ms !== null)
        void delay(ms, null, { signal: pause.signal }).then(
          () => resolve(),
          () => undefined,
        );
      if (this.isWoken || this.stopping.signal.aborted) this.wakeUp();
    });
  }
}
