/** How old the newest good backup may get, and what is known of those that are made by themselves. Pure. */
import type { Instant } from './time';

/** A night that failed and half a day to see to it. */
const OLD_MS = 36 * 3_600_000;

export interface BackupFact {
  dir: string;
  /** When the newest that was verified was made; null: there is none. */
  goodAt: Instant | null;
  /** Since when they are made by themselves in this run of the app. */
  since: Instant;
  /** As of when all this is known. */
  at: Instant;
  /** Why the last try failed; null: it did not, or none was made yet. */
  failed: string | null;
}

/** Whether nobody could go back to the day before. Where there is none it counts from when the app began to make them. */
export const isBackupOld = ({ goodAt, since, at }: BackupFact): boolean =>
  at - (goodAt ?? since) > OLD_MS;
