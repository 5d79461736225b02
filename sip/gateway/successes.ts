import type { SipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import { bareAck } from './bare-ack';
import type { Context } from './context';
import type { Endings } from './endings';
import type { HeldDialog } from './held-dialog';
import { flowToDialog } from './next-hop';

/**
 * The 2xx of our INVITEs (RFC 3261 §13.2.2.4). The app acknowledges; each copy of the 200 gets the
 * same ACK again. Where no app can, we acknowledge and hang up.
 */
export class Successes {
  constructor(
    private readonly context: Context,
    private readonly endings: Endings,
  ) {}

  /** A copy of a 200. Before the app has acknowledged there is nothing to say. */
  repeatAck(held: HeldDialog, response: SipMessage): void {
    const { ack } = held;
    if (ack?.cseq === response.cseq) ack.flow.send(ack.text, () => undefined);
  }

  /** Remembers the ACK that was sent, for copies of the 200. */
  acknowledged(held: HeldDialog, ack: { cseq: number; text: string; flow: Flow }): void {
    held.ack = ack;
    if (!held.byeAfterAck) return;
    held.byeAfterAck = false;
    this.endings.bye(held, 'ACK-BYE due to cancel race condition', 'bye');
  }

  /** Our own ACK: nobody is there to give one. */
  acknowledge(held: HeldDialog, { cseq }: Pick<SipMessage, 'cseq'>): void {
    flowToDialog(this.context.network, held.dialog, (flow) => {
      if (flow === undefined) return;
      const text = bareAck(held.dialog, cseq, flow);
      flow.send(text, () => undefined);
      held.ack = { cseq, text, flow };
    });
  }

  /** For a 200 that no app is to see: it has another partner already, or has gone. */
  acknowledgeAndEnd(held: HeldDialog, response: Pick<SipMessage, 'cseq'>, reason: string): void {
    this.acknowledge(held, response);
    this.endings.byeUntold(held, reason);
  }

  /**
   * The app is gone and did not acknowledge a 200 that it had been given. A call that this 200 began is
   * nobody's; one that stood before goes on.
   */
  leftBehind(held: HeldDialog): void {
    if (!held.owesAck) return;
    const answered = { cseq: held.inviteCseq };
    if (held.ack === undefined && held.dialog.role === 'uac') {
      this.acknowledgeAndEnd(held, answered, 'Application gone');
    } else this.acknowledge(held, answered);
  }

  forget(held: HeldDialog): void {
    this.endings.forget(held);
  }
}
