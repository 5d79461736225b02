import type { SipMessage } from '../message/sip-message';
import type { ClientTransaction } from '../transaction/client-transaction';
import type { Flow, Target } from '../transport/flow';
import type { App } from './app';
import type { AppConnection } from './app-connection';
import type { HeldDialog } from './held-dialog';

/** A request of an app on its way to the network and its responses on their way back. */
export class OutgoingRequest {
  transaction: ClientTransaction | undefined;
  /** The dialog it was sent in; undefined for one outside dialogs. */
  held: HeldDialog | undefined;
  /** Dialogs that responses to an INVITE outside dialogs made, by remote tag. */
  readonly forks = new Map<string, HeldDialog>();
  /** What the app gave us, and where it may go should this target fail (RFC 3263 §4.3). */
  elsewhere: { message: SipMessage; rest: Target[] };
  provisionalSeen = false;
  finalSeen = false;
  /**
   * CANCEL as RFC 3261 §9.1 has it: held until a provisional came, then sent; a 200 that overtakes
   * it is acknowledged and ended.
   */
  cancel: { state: 'held' | 'sent'; text: string } | undefined;
  cancelExpiry: NodeJS.Timeout | undefined;

  constructor(
    readonly id: string,
    readonly app: App,
    /** Responses go only there: another connection knows nothing of the request. */
    readonly connection: AppConnection,
    /** As it was sent last; another target gets a request of its own. */
    public request: SipMessage,
    public flow: Flow,
    /** Told with each response; empty for requests that concern no dialog. */
    readonly dialogId: string,
  ) {
    this.elsewhere = { message: request, rest: [] };
  }

  settle(): void {
    clearTimeout(this.cancelExpiry);
    this.finalSeen = true;
    this.app.outgoing.delete(this);
    this.held?.outgoing.delete(this);
  }
}
