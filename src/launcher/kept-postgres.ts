/** The embedded PostgreSQL kept up: started again when it fell. Decides nothing about its files. */
import type { Millis } from '../domain/time';
import { startPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres';
import { restartDelay } from './restart-delay';

export interface KeptPostgresEvents {
  restarted: () => void;
  fell: (details: { delayMs: Millis; error?: string }) => void;
}

export class KeptPostgres {
  private server: EmbeddedPostgres | null = null;
  private stopping = false;
  private lastDelay: Millis | null = null;
  private waiting: NodeJS.Timeout | null = null;
  private starting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: EmbeddedPostgresOptions,
    private readonly events: KeptPostgresEvents,
  ) {}

  get pid(): number | undefined {
    return this.server?.pid;
  }

  /** First start; answers the database's URL, which stays the same from then on. */
  async start(): Promise<string> {
    const starting = this.run();
    this.starting = starting.catch(() => undefined);
    return starting;
  }

  /** Fast shutdown, also of a server that is only just starting. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.waiting !== null) clearTimeout(this.waiting);
    await this.starting;
    await this.server?.stop();
  }

  kill(): void {
    this.stopping = true;
    this.server?.kill();
  }

  private async run(): Promise<string> {
    const startedAt = performance.now();
    const server = await startPostgres(this.options);
    this.server = server;
    void server.exited.then(() => {
      this.server = null;
      this.fell(performance.now() - startedAt);
    });
    return server.url;
  }

  private fell(ranForMs: Millis, error?: string): void {
    if (this.stopping) return;
    const delayMs = restartDelay(this.lastDelay, ranForMs);
    this.lastDelay = delayMs;
    this.events.fell({ delayMs, ...(error === undefined ? {} : { error }) });
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.starting = this.run().then(
        () => this.events.restarted(),
        (reason: unknown) => this.fell(0, String(reason)),
      );
    }, delayMs);
  }
}
