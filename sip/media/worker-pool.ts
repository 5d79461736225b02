/**
 * The media workers of an engine: which of them a new session gets, and that one which fell is started
 * again. Whose sessions it took along is the engine's to say.
 */
import type { Logger } from 'pino';
import { MediaFailure } from './failure';
import type { WorkerSetup } from './messages';
import type { SharedSounds } from './worker/library';
import { WorkerLink, type WorkerEvent } from './worker-link';

export interface WorkerPoolOptions {
  /** Threads, at least 1. */
  workers: number;
  setup: WorkerSetup;
  onEvent: (event: WorkerEvent) => void;
  /** The worker is gone and all that it carried; another is being started in its place. */
  onLost: (link: WorkerLink, reason: string) => void;
  log: Logger;
}

/** Wait before a worker that fell is started again and failed to: no busy loop of failing starts. */
const RESTART_AFTER_MS = 1000;

/** What decides who gets the next session. */
export interface WorkerLoad {
  /** Sessions and streams that it carries. */
  load: number;
  /** It cannot keep up with what it has. */
  isBehind: boolean;
}

/**
 * The least loaded of those that keep up, the first of equals; null when there is none. What rests gives a worker nothing
 * to do: where none keeps up it goes to the least loaded.
 */
export function chooseWorker<W extends WorkerLoad>(workers: readonly W[], rests = false): W | null {
  let best: W | null = null;
  for (const worker of workers) {
    if (!worker.isBehind && (best === null || worker.load < best.load)) best = worker;
  }
  if (best !== null || !rests) return best;
  return (
    chooseWorker(workers.map((worker) => ({ worker, load: worker.load, isBehind: false })))
      ?.worker ?? null
  );
}

export class WorkerPool {
  /** Those that run. */
  private readonly links = new Set<WorkerLink>();
  private readonly restarts = new Set<NodeJS.Timeout>();
  private closing = false;
  private setup: WorkerSetup;

  private constructor(private readonly options: WorkerPoolOptions) {
    this.setup = options.setup;
  }

  /** Resolves when all run; rejects when one cannot, and then none does. */
  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const starts = Array.from({ length: options.workers }, () => pool.startOne());
    const failed = (await Promise.allSettled(starts)).find(({ status }) => status === 'rejected');
    if (failed === undefined) return pool;
    await pool.close();
    throw (failed as PromiseRejectedResult).reason;
  }

  /** For a new session, which may begin at rest; `loadOf` tells what a worker carries. Throws `capacity`. */
  choose(loadOf: (link: WorkerLink) => number, rests: boolean): WorkerLink {
    if (this.links.size === 0) throw new MediaFailure('capacity', 'no media worker is running');
    const loads = [...this.links].map((link) => ({
      link,
      load: loadOf(link),
      isBehind: link.isBehind,
    }));
    const chosen = chooseWorker(loads, rests);
    if (chosen === null) throw new MediaFailure('capacity', 'the media workers are behind');
    return chosen.link;
  }

  /** For all workers that run, and those to come. A worker that falls meanwhile comes back with them. */
  async replaceSounds(sounds: SharedSounds): Promise<void> {
    this.setup = { ...this.setup, sounds };
    await Promise.allSettled([...this.links].map((link) => link.request('sounds', sounds)));
  }

  /** Finishes what the workers hold and ends them. */
  async close(): Promise<void> {
    this.closing = true;
    for (const restart of this.restarts) clearTimeout(restart);
    const links = [...this.links];
    this.links.clear();
    const ends = await Promise.allSettled(links.map((link) => link.close()));
    for (const end of ends) {
      if (end.status === 'fulfilled') continue;
      this.options.log.error({ err: end.reason as Error }, 'a media worker fell while it ended');
    }
  }

  private async startOne(): Promise<void> {
    const { onEvent } = this.options;
    const { setup } = this;
    const link: WorkerLink = await WorkerLink.start({
      setup,
      onEvent,
      onLost: (reason) => this.lost(link, reason),
    });
    this.links.add(link);
    // They were replaced while it started.
    if (setup !== this.setup) await link.request('sounds', this.setup.sounds);
  }

  private lost(link: WorkerLink, reason: string): void {
    this.links.delete(link);
    if (this.closing) return;
    this.options.onLost(link, reason);
    this.startAgain();
  }

  private startAgain(): void {
    this.startOne().then(
      () => (this.closing ? this.close() : undefined),
      (error: unknown) => {
        this.options.log.error({ err: error }, 'a media worker could not be started');
        if (this.closing) return;
        const restart = setTimeout(() => {
          this.restarts.delete(restart);
          this.startAgain();
        }, RESTART_AFTER_MS);
        this.restarts.add(restart);
      },
    );
  }
}
