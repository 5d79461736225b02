/** Which call makes room for a call for help, when a trunk by which it is to go has no channel left. */
import type { Call } from '../call/call';

/**
 * Of the calls that take its channels one that we placed ourselves, and not for help: first one that nobody has
 * answered, then the one that was answered last. A caller never makes room. Undefined when there is no such call: the
 * next trunk may have one.
 */
export function callToEnd(calls: readonly Call[]): Call | undefined {
  const [found] = calls
    .filter(({ outcome, direction, emergency }) => {
      return outcome === null && direction === 'outbound' && !emergency;
    })
    .filter(({ stage }) => stage.is === 'calling' || stage.is === 'talking')
    .sort((a, b) => (b.answeredAt ?? Infinity) - (a.answeredAt ?? Infinity));
  return found;
}
