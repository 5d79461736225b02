/**
 * Cleans the books of each controller once a night (A24), and when somebody asks. Decides when it is due: at its hour in the
 * store's zone, also when the app did not run then; and that one run goes on at a time, so that the database serves calls.
 */
import { dayIn } from '../domain/day';
import { seconds, type Instant, type Millis } from '../domain/time';

/** After the last test drives and before the first callers; backups have a time of their own. */
const HOUR_MS: Millis = seconds(2 * 3600);
const LOOK_MS: Millis = seconds(60);
/** Books that were never cleaned wait for no night, but for an app that has come to rest. */
const FIRST_MS: Millis = seconds(3600);

/** Books, and in which zone their night is. */
export interface Books {
  controller: string;
  zone: string;
}

export interface NightlyCleaningOptions {
  books: () => Books[];
  /** When the last run began that came to its end; null: none did. */
  lastDone: (controller: string) => Promise<Instant | null>;
  /** Runs that an app left behind. */
  left: () => Promise<string[]>;
  begin: (controller: string, by: string | null) => Promise<string>;
  /** Does what is left of a run. */
  goOn: (runId: string) => Promise<void>;
  now: () => Instant;
  /** The database is away, as a rule: it is tried again. */
  onError: (error: unknown) => void;
}

/** Runs from `start` until `stop`, which waits for the batch in hand. */
export class NightlyCleaning {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;
  private readonly asked: string[] = [];
  private stopped = false;

  private readonly since: Instant;

  constructor(private readonly options: NightlyCleaningOptions) {
    this.since = options.now();
  }

  start(): void {
    void this.look();
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.looking;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** A run that somebody has begun: it is gone on with as soon as none is in hand. */
  wake(runId: string): void {
    this.asked.push(runId);
    void this.look();
  }

  /** Resolves when what is due, or was asked for, is done; never rejects. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce()
      .catch(this.options.onError)
      .finally(() => {
        this.looking = null;
        if (this.asked.length > 0 && !this.stopped) void this.look();
      });
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { left, goOn, begin, books } = this.options;
    this.asked.length = 0;
    for (const runId of await left()) if (!this.stopped) await goOn(runId);
    for (const { controller, zone } of books())
      if (!this.stopped && (await this.isDue(controller, zone)))
        await goOn(await begin(controller, null));
  }

  private async isDue(controller: string, zone: string): Promise<boolean> {
    const { lastDone, now } = this.options;
    const night = lastNight(zone, now());
    const last = await lastDone(controller);
    if (last !== null) return last < night;
    return night > this.since || now() - this.since >= FIRST_MS;
  }
}

/** The last time that it was that hour of the night there. */
export function lastNight(zone: string, at: Instant): Instant {
  const today = dayIn(zone, at).startsAt + HOUR_MS;
  return today <= at ? today : dayIn(zone, dayIn(zone, at).startsAt - 1).startsAt + HOUR_MS;
}
