import { targetOf } from '../../dialog/dialog';
import { afterAnswer, isLastNotify } from '../../dialog/subscription';
import type { SipMessage } from '../../message/sip-message';
import { giveUpMs, secondMs } from '../../transaction/timing';
import type { Flow } from '../../transport/flow';
import type { Context } from '../context';
import { forgetDialog, refuseUnanswered } from '../forget-dialog';
import type { HeldDialog } from '../held-dialog';

/**
 * How long a subscription's dialog is held: as long as it was granted, and 64·T1 more, in which a late
 * refresh or the last NOTIFY may still arrive (RFC 6665 §4.1.2.4, timer N). Then it is forgotten without
 * a word: whoever still counts on it gets 481 and subscribes anew. No BYE is ever sent for it.
 */
export function holdFor(context: Context, held: HeldDialog, seconds: number): void {
  clearTimeout(held.timerDue);
  if (held.dialog.state !== 'confirmed') return;
  const ms = seconds * secondMs(context.timing) + giveUpMs(context.timing);
  held.timerDue = setTimeout(() => endSubscription(context, held), ms);
}

export function endSubscription(context: Context, held: HeldDialog): void {
  if (held.dialog.state !== 'ended') forgetDialog(context, held);
  refuseUnanswered(context, held);
}

/** What becomes of a subscription with a NOTIFY; undefined for other requests and other dialogs. */
export function subscriptionAfter(
  request: SipMessage,
  { usage }: HeldDialog,
): 'goes-on' | 'over' | undefined {
  if (usage !== 'subscription' || request.method !== 'NOTIFY') return undefined;
  return isLastNotify(request) ? 'over' : 'goes-on';
}

/**
 * A request in the dialog got its final answer. SUBSCRIBE and NOTIFY are target refresh requests (§4.4.1):
 * `peer` is the one of the two messages that the peer wrote.
 */
export function answeredInSubscription(
  context: Context,
  held: HeldDialog,
  exchange: { request: SipMessage; response: SipMessage; peer: SipMessage; flow: Flow },
): void {
  const { request, response, peer, flow } = exchange;
  const outcome = afterAnswer(request, response);
  if (outcome === 'over') return endSubscription(context, held);
  const refreshes = request.method === 'SUBSCRIBE' || request.method === 'NOTIFY';
  if (refreshes && response.status < 300) held.dialog.refresh(peer, targetOf(flow));
  if (outcome !== undefined) holdFor(context, held, outcome);
}
