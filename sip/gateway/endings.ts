import type { ControlEvent } from '../control/protocol';
import { composeDialogRequest } from '../dialog/dialog';
import { parseMessage } from '../message/sip-message';
import { makeBranch } from '../transaction/transaction-layer';
import type { Cancels } from './cancels';
import type { EndCause as Cause } from './cdr/record';
import type { Context } from './context';
import { NOWHERE, placeOfSent, unsolicited } from './edge-message';
import { forgetDialog, refuseUnanswered } from './forget-dialog';
import type { HeldDialog } from './held-dialog';
import { flowToDialog } from './next-hop';
import { endSubscription } from './subscription/life';

/** Ends dialogs: cleans up after them, sends our own BYE, and sees that the app learns of it. */
export class Endings {
  constructor(
    private readonly context: Context,
    private readonly cancels: Cancels,
  ) {}

  /** Nothing is left of the dialog but transactions that absorb retransmissions. */
  forget(held: HeldDialog): void {
    forgetDialog(this.context, held);
  }

  /**
   * RFC 3261 §15.1.2: requests that wait in a dialog when it ends get 487 (INVITE) or 500; our own
   * INVITE in it is not waited for without an end.
   */
  refusePending(held: HeldDialog): void {
    for (const outgoing of held.outgoing) {
      if (outgoing.request.method === 'INVITE') this.cancels.expire(outgoing);
    }
    refuseUnanswered(this.context, held);
  }

  /**
   * We hang up: BYE with a Reason that drachtio-srf reads the cause of `destroy` from. The app is
   * told as it is told by drachtio-server, or, when it is away, by control after its return. In a
   * subscription nobody talks: there is no BYE for it (RFC 5057 §4.1), and nobody to be told.
   */
  bye(held: HeldDialog, reason: string, cause: Cause): void {
    if (held.dialog.state === 'ended') return;
    if (held.usage === 'subscription') return endSubscription(this.context, held);
    this.forget(held);
    this.refusePending(held);
    this.sendBye(held, { reason, cause }, (text, place) => {
      if (held.app.present && held.attached) held.app.send(unsolicited(text, place, held.id));
      else this.endedUnseen(held, cause);
    });
  }

  /** We hang up on a dialog that no app has ever known of. */
  byeUntold(held: HeldDialog, reason: string): void {
    if (held.dialog.state === 'ended') return;
    this.forget(held);
    this.sendBye(held, { reason, cause: undefined }, () => undefined);
  }

  /** The dialog ended while its app could not see it. */
  endedUnseen(held: HeldDialog, cause: Cause): void {
    const { session, endpoint, app } = held;
    if (session !== undefined && endpoint !== undefined) {
      this.context.control?.media.release(session, endpoint);
    }
    if (app.name === undefined) return;
    const link = {
      ...(session === undefined ? {} : { session }),
      ...(endpoint === undefined ? {} : { endpoint }),
    };
    const event: ControlEvent = {
      event: 'dialog.ended',
      dialogId: held.id,
      ...link,
      note: held.note,
      cause,
      endedAt: this.context.now(),
    };
    // While it is away, and until it has rebuilt its legs, it could not place the news.
    if (app.lostAt !== undefined) app.untold.push(event);
    else this.context.control?.tellApp(app.name, event);
  }

  private sendBye(
    held: HeldDialog,
    { reason, cause }: { reason: string; cause: Cause | undefined },
    sent: (text: string, place: typeof NOWHERE) => void,
  ): void {
    const { dialog } = held;
    const headers = `Reason: SIP ;cause=200 ;text="${reason}"\r\n`;
    flowToDialog(this.context.network, dialog, (flow) => {
      if (flow === undefined) {
        const text = unsendableBye(held, headers);
        this.context.cdrs?.ended(held, cause, text);
        return sent(text, NOWHERE);
      }
      const cseq = ++dialog.localCseq;
      const branch = makeBranch();
      const parts = { method: 'BYE', cseq, branch, flow, headers, body: '' };
      const text = composeDialogRequest(dialog, parts);
      const request = parseMessage(text, true);
      if (request === undefined) return;
      this.context.cdrs?.ended(held, cause, text);
      this.context.layer.request(request, flow, {
        onResponse: () => undefined,
        onFailure: () => undefined,
      });
      sent(text, placeOfSent(flow));
    });
  }
}

/** A peer that gave no Contact cannot be reached, but the app must still learn of the end. */
function unsendableBye(held: HeldDialog, headers: string): string {
  const { dialog } = held;
  return (
    `BYE sip:unknown SIP/2.0\r\nFrom: ${dialog.localParty}\r\nTo: ${dialog.remoteParty}\r\n` +
    `Call-ID: ${dialog.callId}\r\nCSeq: ${dialog.localCseq + 1} BYE\r\n` +
    `${headers}Content-Length: 0\r\n\r\n`
  );
}
