/**
 * Has what follows from calls for customers done: after each batch of the journal, and at the start for what was left. In
 * small pieces one after the other, and not more often than `everyMs`, so that nobody who writes a call waits for it.
 */
import { seconds, type Millis } from '../domain/time';

const EVERY_MS: Millis = seconds(1);
/** Rows of one piece. */
const PIECE = 50;

export interface LinkingOptions {
  /** Each does at most so many, in this order: how many there were, and how many it did. Rejects while the database is away. */
  steps: ((most: number) => Promise<{ found: number; linked: number }>)[];
  onError: (error: unknown) => void;
  everyMs?: Millis;
}

/** Runs when it is woken, until `stop`, which waits for the piece in hand. */
export class Linking {
  private running: Promise<void> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isWoken = false;
  private isStopped = false;

  constructor(private readonly options: LinkingOptions) {}

  /** There may be something to do. */
  wake(): void {
    this.isWoken = true;
    if (this.running === null && this.timer === undefined && !this.isStopped) this.run();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private run(): void {
    this.isWoken = false;
    const { everyMs = EVERY_MS, onError } = this.options;
    this.running = this.all()
      .catch(onError)
      .then(() => {
        this.running = null;
        if (this.isStopped) return;
        this.timer = setTimeout(() => {
          this.timer = undefined;
          if (this.isWoken) this.run();
        }, everyMs).unref();
      });
  }

  private async all(): Promise<void> {
    for (const step of this.options.steps)
      while (!this.isStopped) {
        const { found, linked } = await step(PIECE);
        if (found < PIECE || linked === 0) break;
      }
  }
}
