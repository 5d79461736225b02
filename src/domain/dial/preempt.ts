/** Which call makes room for a call for help, when its trunk has no channel left. */
import type { Call } from '../call/call';
import type { NumberBook } from '../number/book';
import { isEmergency } from '../number/kinds';
import type { PlanTrunk } from '../plan';

/**
 * One that we placed ourselves, and not for help: first one that nobody has answered, then the one that was answered
 * last; on the first of the trunks, which are in the order in which they are asked, that has such a call. A caller never
 * makes room. Undefined as soon as one of them has a channel, and when there is no such call.
 */
export function callToEnd(
  calls: Iterable<Call>,
  trunks: readonly Pick<PlanTrunk, 'id' | 'channels'>[],
  book: NumberBook,
): Call | undefined {
  const live = [...calls].filter(({ outcome }) => outcome === null);
  for (const trunk of trunks) {
    const used = live.filter(({ trunkId }) => trunkId === trunk.id);
    if (used.length < trunk.channels) return undefined;
    const [found] = used
      .filter(({ direction, to }) => direction === 'outbound' && !isEmergency(to, book))
      .filter(({ stage }) => stage.is === 'calling' || stage.is === 'talking')
      .sort((a, b) => (b.answeredAt ?? Infinity) - (a.answeredAt ?? Infinity));
    if (found) return found;
  }
  return undefined;
}
