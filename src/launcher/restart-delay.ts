/** Decides how long to wait before a fallen child is started again. */
import type { Millis } from '../domain/time';

const FIRST_MS = 200;
const LONGEST_MS = 5000;
/** A child that ran this long had no trouble starting: its next fall is a new story. */
const SETTLED_MS = 30_000;

/** The next wait: 0.2 s at first, doubling to 5 s as long as the child keeps falling early. */
export function restartDelay(previous: Millis | null, ranFor: Millis): Millis {
  if (previous === null || ranFor >= SETTLED_MS) return FIRST_MS;
  return Math.min(previous * 2, LONGEST_MS);
}
