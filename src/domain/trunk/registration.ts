/**
 * When an account is registered anew: well before it expires, at once where the carrier wants longer, and after
 * failures later and later. Pure.
 */
import type { Millis } from '../time';

/** What came of a REGISTER: `expires` seconds granted; 423 and the seconds that it wants; a refusal; or nothing. */
export type RegisterOutcome =
  | { is: 'registered'; expires: number }
  | { is: 'too-brief'; leastExpires: number }
  | { is: 'refused'; status: number }
  | { is: 'silent' };

export interface RegisterTry {
  inMs: Millis;
  /** Seconds to ask for. */
  expires: number;
  /** Failures in a row. */
  failures: number;
}

/** Part of the time granted after which it is refreshed: an unanswered one leaves time for others. */
const REFRESH_AT = 0.75;
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 300_000;
/** Who has said no will say it again: a carrier blocks who asks too often. */
const REFUSED_WAIT_MS = 60_000;
/** Nothing is registered for longer than that; a carrier that wants more is refused. */
const DAY_SECONDS = 86_400;

/** `chance` 0..1 spreads the accounts that failed together: the wait is between its half and its whole. */
export function nextTry(
  outcome: RegisterOutcome,
  before: Pick<RegisterTry, 'expires' | 'failures'>,
  chance: number,
): RegisterTry {
  const { expires, failures } = before;
  if (outcome.is === 'registered') {
    return { inMs: outcome.expires * 1000 * REFRESH_AT, expires, failures: 0 };
  }
  const longer = outcome.is === 'too-brief' ? outcome.leastExpires : 0;
  if (longer > expires && longer <= DAY_SECONDS) return { inMs: 0, expires: longer, failures };
  const first = outcome.is === 'silent' ? FIRST_WAIT_MS : REFUSED_WAIT_MS;
  const wait = Math.min(LONGEST_WAIT_MS, first * 2 ** Math.min(failures, 10));
  return { inMs: wait * (0.5 + chance / 2), expires, failures: failures + 1 };
}
