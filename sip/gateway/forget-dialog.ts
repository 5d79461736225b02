import type { Context } from './context';
import type { HeldDialog } from './held-dialog';
import { stopRefreshing } from './session-refresh';

/** RFC 3261 §15.1.2: requests that wait for an app when their dialog ends get 487 (INVITE) or 500. */
export function refuseUnanswered(context: Context, held: HeldDialog): void {
  for (const incoming of [...held.incoming]) {
    const { method } = incoming.request;
    if (method === 'BYE' || incoming.transaction.answered) continue;
    incoming.respond(method === 'INVITE' ? 487 : 500);
    context.incoming.delete(incoming.id);
    incoming.settle();
  }
}

/** Nothing is left of the dialog but transactions that absorb retransmissions. */
export function forgetDialog(context: Context, held: HeldDialog): void {
  held.dialog.state = 'ended';
  context.dialogs.remove(held);
  context.dialogFile.drop(held);
  held.app.dialogs.delete(held);
  held.awaitingAck?.repeat.stop();
  held.awaitingAck = undefined;
  stopRefreshing(context, held);
  const { onEnd } = held;
  held.onEnd = undefined;
  onEnd?.();
}
