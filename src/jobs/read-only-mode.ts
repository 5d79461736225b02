/**
 * Looks at disk and database every few seconds, and knows whether people may change what is kept. An order stands in a file of
 * the data folder, so that it outlives the app also while the database is away.
 */
import { existsSync } from 'node:fs';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readOnlyBy, type ReadOnly, type ReadOnlyReason, type Seen } from '../domain/read-only';
import { seconds, type Instant, type Millis } from '../domain/time';

const EVERY_MS: Millis = seconds(5);
/** A database that says nothing for so long is away. */
const ANSWERS_WITHIN_MS: Millis = seconds(2);
const FILE = 'read-only';

export interface ReadOnlyOptions {
  dataDir: string;
  /** Free bytes of its disk that are kept for calls. */
  reserveBytes: number;
  database: () => Promise<Seen['database']>;
  /** It began, ended, or has another reason; that it is not, when that is known first. */
  onChange: (state: ReadOnly | null) => void;
  now: () => Instant;
  everyMs?: Millis;
  answersWithinMs?: Millis;
}

export class ReadOnlyMode {
  private current: ReadOnly | null = null;
  /** Null: nothing yet. */
  private told: ReadOnlyReason | 'not' | null = null;
  private wasAway = false;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private looking: Promise<void> = Promise.resolve();
  private asked: Promise<Seen['database']> | null = null;

  constructor(private readonly options: ReadOnlyOptions) {}

  /** Null: everything may be changed. */
  readonly state = (): ReadOnly | null => this.current;

  /** Resolves when it has looked for the first time. */
  async start(): Promise<void> {
    await this.look();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), this.options.everyMs ?? EVERY_MS).unref();
  }

  /** Waits for nothing: a database that does not answer must not hold up the end of the app. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Answers how it stands then: ending an order ends no other reason. */
  async order(on: boolean): Promise<ReadOnly | null> {
    const path = join(this.options.dataDir, FILE);
    if (on) await writeFile(path, '', { mode: 0o600, flush: true });
    else await rm(path, { force: true });
    await this.look();
    return this.current;
  }

  /** One after the other: the later look knows more. */
  private look(): Promise<void> {
    this.looking = this.looking.then(() => this.lookOnce());
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { dataDir, reserveBytes, onChange, now } = this.options;
    const [freeBytes, database] = await Promise.all([roomIn(dataDir), this.databaseSays()]);
    const ordered = existsSync(join(dataDir, FILE));
    const seen: Seen = { ordered, freeBytes, database, wasAway: this.wasAway };
    this.wasAway = database === 'away';
    const next = readOnlyBy(this.current, seen, reserveBytes, now());
    this.current = next;
    const is = next?.why ?? 'not';
    // A database that did not answer once says nothing yet.
    const isKnown = next !== null || database === 'takes' || this.told !== null;
    if (is === this.told || !isKnown || this.stopped) return;
    this.told = is;
    onChange(next);
  }

  /** One that hangs is asked once: each further question would hold another of its connections. */
  private databaseSays(): Promise<Seen['database']> {
    const { database, answersWithinMs = ANSWERS_WITHIN_MS } = this.options;
    this.asked ??= database().finally(() => (this.asked = null));
    return Promise.race([this.asked, delay(answersWithinMs, 'away' as const, { ref: false })]);
  }
}

async function roomIn(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch {
    return null;
  }
}
