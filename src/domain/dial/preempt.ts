/** Which call makes room for a call for help, when its trunk has no channel left. */
import type { Call } from '../call/call';
import type { NumberBook } from '../number/book';
import { isEmergency } from '../number/kinds';
import type { PlanTrunk } from '../plan';

/**
 * One that we placed ourselves, and not for help: first one that nobody has answered, then the one that was answered
 * last. A caller never makes room. Undefined while there is a channel, and when there is no such call.
 */
export function callToEnd(
  calls: Iterable<Call>,
  trunk: Pick<PlanTrunk, 'id' | 'channels'>,
  book: NumberBook,
): Call | undefined {
  const used = [...calls].filter(
    ({ trunkId, outcome }) => trunkId === trunk.id && outcome === null,
  );
  if (used.length < trunk.channels) return undefined;
  return used
    .filter(({ direction, to }) => direction === 'outbound' && !isEmergency(to, book))
    .filter(({ stage }) => stage.is === 'calling' || stage.is === 'talking')
    .sort((a, b) => (b.answeredAt ?? Infinity) - (a.answeredAt ?? Infinity))[0];
}
