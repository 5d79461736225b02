/**
 * When the next call may leave through a trunk whose carrier takes so many calls a second (`cps`): never more than that
 * within any 1000 ms, also over the turn of a second. Pure.
 */
import type { Instant, Millis } from '../time';

/** Moments at which calls left or are to leave, the newest last; of the older ones nobody asks. */
export type Starts = readonly Instant[];

const SECOND_MS = 1000;

/** The first moment from `now` on. */
export function nextStart(starts: Starts, cps: number, now: Instant): Instant {
  const before = starts[starts.length - cps];
  return before === undefined ? now : Math.max(now, before + SECOND_MS);
}

/** The moment, and what is remembered then; null when it is further away than `patienceMs`. */
export function takeStart(
  starts: Starts,
  cps: number,
  { now, patienceMs }: { now: Instant; patienceMs: Millis },
): { at: Instant; starts: Starts } | null {
  const at = nextStart(starts, cps, now);
  return at - now > patienceMs ? null : { at, starts: [...starts, at].slice(-cps) };
}
