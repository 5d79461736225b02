import type { Context } from './context';
import type { HeldDialog } from './held-dialog';
import { stopRefreshing } from './session-refresh';

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
