/**
 * When people may not change what is kept: somebody ordered it, the disk of the data folder is nearly full, or the
 * database takes nothing. Calls go on all the same. Pure.
 */
import type { Instant } from './time';

/** Of several the first counts: an order is known to somebody. */
export type ReadOnlyReason = 'ordered' | 'disk' | 'database';

export interface ReadOnly {
  why: ReadOnlyReason;
  since: Instant;
}

/** What was last seen of the disk and of the database. */
export interface Seen {
  ordered: boolean;
  /** Null: it could not be read, which says nothing. */
  freeBytes: number | null;
  /** `refuses`: it answers, and takes no change; `away`: it did not answer. */
  database: 'takes' | 'refuses' | 'away';
  /** It was away the last time as well: not one that only restarts. */
  wasAway: boolean;
}

/** Null: everything may be changed. `reserve` is what is kept for calls; twice as much must be free again. */
export function readOnlyBy(
  former: ReadOnly | null,
  seen: Seen,
  reserve: number,
  now: Instant,
): ReadOnly | null {
  const why = reasonOf(former, seen, reserve);
  if (why === null) return null;
  return former?.why === why ? former : { why, since: now };
}

function reasonOf(former: ReadOnly | null, seen: Seen, reserve: number): ReadOnlyReason | null {
  if (seen.ordered) return 'ordered';
  const needed = former?.why === 'disk' ? 2 * reserve : reserve;
  if (seen.freeBytes === null ? former?.why === 'disk' : seen.freeBytes < needed) return 'disk';
  const isGone = seen.database === 'away' && (seen.wasAway || former?.why === 'database');
  return seen.database === 'refuses' || isGone ? 'database' : null;
}
