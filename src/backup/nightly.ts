/**
 * Makes a backup each day at its time, one after the other. Decides when one is due (also one that was missed while the app
 * did not run), when it is tried again, and when somebody is told.
 */
import { isBackupOld, type BackupFact } from '../domain/backup-age';
import { seconds, type Instant, type Millis } from '../domain/time';
import { newestKept } from './kept';

const LOOK_MS: Millis = seconds(60);
const AGAIN_MS: Millis = seconds(3600);

export interface NightlyOptions {
  dir: string;
  /** Minutes after midnight, on the clock of this machine. */
  atMinute: number;
  /** Makes one and verifies it. Rejects with why not. */
  make: () => Promise<void>;
  /** `BACKUP_MADE` ends `BACKUP_FAILED`; the first failure is told, and once that the newest one is old, or is good. */
  tell: (code: 'BACKUP_FAILED' | 'BACKUP_MADE', detail: string) => void;
  now: () => Instant;
}

/** Runs from `start` until `stop`. */
export class Nightly {
  private readonly since: Instant;
  private goodAt: Instant | null = null;
  private failed: string | null = null;
  private triedAt: Instant | null = null;
  private told = { failed: false, old: false, good: false };
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | null = null;

  constructor(private readonly options: NightlyOptions) {
    this.since = options.now();
  }

  start(): void {
    void this.look();
    this.timer = setInterval(() => void this.look(), LOOK_MS).unref();
  }

  /** Waits for nothing: one that is broken off is made again at the next start. */
  stop(): void {
    clearInterval(this.timer);
  }

  readonly fact = (): BackupFact => ({
    ...{ dir: this.options.dir, since: this.since, at: this.options.now() },
    ...{ goodAt: this.goodAt, failed: this.failed },
  });

  /** Resolves when what was due is done; never rejects. While one is made there is no other. */
  look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = null));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { dir, make, now } = this.options;
    try {
      this.goodAt = await newestKept(dir);
      if (this.isDue()) {
        this.triedAt = now();
        await make();
        this.goodAt = await newestKept(dir);
        this.failed = null;
        this.told.failed = false;
      }
    } catch (error) {
      this.hasFailed(error instanceof Error ? error.message : String(error));
    }
    const isOld = isBackupOld(this.fact());
    if (isOld && !this.told.old) this.options.tell('BACKUP_FAILED', this.ageSaid());
    this.told.old = isOld;
    const isGood = this.goodAt !== null && this.failed === null && !isOld;
    // Also of one that was there at the start: an alarm of a former life may stand.
    if (isGood && !this.told.good) this.options.tell('BACKUP_MADE', this.options.dir);
    this.told.good = isGood;
  }

  private isDue(): boolean {
    const due = this.lastDue();
    if (this.goodAt !== null && this.goodAt >= due) return false;
    // What failed is tried again, but not all the time.
    return this.triedAt === null || this.triedAt < due || this.triedAt + AGAIN_MS <= this.now();
  }

  /** The last time that it was that time of the day. */
  private lastDue(): Instant {
    const { atMinute } = this.options;
    const due = new Date(this.now());
    due.setHours(Math.floor(atMinute / 60), atMinute % 60, 0, 0);
    if (due.getTime() > this.now()) due.setDate(due.getDate() - 1);
    return due.getTime();
  }

  private hasFailed(why: string): void {
    this.failed = why;
    if (!this.told.failed) this.options.tell('BACKUP_FAILED', why);
    this.told.failed = true;
  }

  private ageSaid(): string {
    const newest = this.goodAt === null ? 'none' : new Date(this.goodAt).toISOString();
    return `newest in ${this.options.dir}: ${newest}`;
  }

  private now(): Instant {
    return this.options.now();
  }
}
