/** Decides which calls are flagged for their length (A09): counted from the first pick-up to the end of the call. */
import type { CallSnapshot } from '../records';
import { seconds, type Instant, type Millis } from '../time';

/** From this on a call is long; internal ones never are. */
export const LONG_MS: Readonly<Record<'inbound' | 'outbound', Millis>> = {
  inbound: seconds(15 * 60),
  outbound: seconds(10 * 60),
};

/** One that goes on is long as soon as it has lasted so long. */
export function isLong(
  { direction, firstTalkAt, endedAt }: Pick<CallSnapshot, 'direction' | 'firstTalkAt' | 'endedAt'>,
  now: Instant,
): boolean {
  if (direction === 'internal' || firstTalkAt === undefined) return false;
  return (endedAt ?? now) - firstTalkAt >= LONG_MS[direction];
}
