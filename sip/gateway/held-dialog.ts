import type { DialogNote } from '../control/ports';
import { targetOf, type Dialog } from '../dialog/dialog';
import type { SipMessage } from '../message/sip-message';
import type { RepeatUntilConfirmed } from '../dialog/repeat-until-ack';
import type { SessionTimer } from '../dialog/session-timer';
import type { ClientTransaction } from '../transaction/client-transaction';
import type { Flow } from '../transport/flow';
import type { App } from './app';
import type { Place } from './edge-message';
import type { IncomingRequest } from './incoming-request';
import type { OutgoingRequest } from './outgoing-request';

/** A dialog together with the app it belongs to and all that must outlive that app's absence. */
export class HeldDialog {
  /** False from the app's loss until it has rebuilt the dialog: then we answer in its place. */
  attached = true;
  /** Last session descriptions that passed through, for refreshes while the app is away. */
  localSdp: string | undefined;
  remoteSdp: string | undefined;
  /** INVITE and 200 as the app saw them; byte text. */
  inviteText = '';
  responseText = '';
  establishedAt = 0;
  note = '';
  /** The app wants its caller taken up again, should this edge fall (SIP_RECOVER). */
  recover = false;
  /** A fallen edge left it behind, and it has no media: it is no app's concern until it has. */
  fallen = false;
  session: string | undefined;
  endpoint: string | undefined;
  /** Told once, when the dialog is over. */
  onEnd: (() => void) | undefined;
  /** The edge speaks to the caller in the absent app's place, before it ends the call. */
  farewell = false;
  /** Since when its media has no partner, seen while the app is away; epoch milliseconds. */
  alone: number | undefined;
  /** Our 2xx that waits for its ACK, and the CSeq it answers. */
  awaitingAck: { cseq: number; repeat: RepeatUntilConfirmed } | undefined;
  /** Our last ACK, repeated for each copy of the 200 it answers. */
  ack: { cseq: number; text: string; flow: Flow } | undefined;
  /** CSeq of our INVITE whose 200 the app has to acknowledge, or did last. */
  inviteCseq = 0;
  /**
   * Reliable provisionals of ours that no PRACK came for, each as its RAck will name it. A 2xx does not
   * take them away: their PRACK may be on its way (RFC 3262 §3).
   */
  readonly unconfirmed = new Set<string>();
  /** RSeq of the last reliable provisional that the app was given; 0 before the first. */
  remoteRseq = 0;
  /** The 200 overtook the app's CANCEL: the call ends as soon as it is acknowledged (§9.1). */
  byeAfterAck = false;
  /** Its session timer (RFC 4028), if it has one, and when something must be done about it. */
  timer: SessionTimer | undefined;
  timerDue: NodeJS.Timeout | undefined;
  /** Our own refreshing re-INVITE that waits for its answer; other INVITEs of ours wait for it. */
  refreshing: ClientTransaction | undefined;
  readonly afterRefresh: (() => void)[] = [];
  /** NOTIFYs in a new subscription until the app has taken it up; undefined from then on. */
  untilTakenUp: (() => void)[] | undefined;
  readonly incoming = new Set<IncomingRequest>();
  readonly outgoing = new Set<OutgoingRequest>();

  constructor(
    readonly dialog: Dialog,
    readonly app: App,
    /** Where the INVITE came from or went to. */
    readonly remote: Place,
    /** What the dialog is for (RFC 5057); the subscription that a REFER makes in a call is part of the call. */
    readonly usage: 'invite' | 'subscription' = 'invite',
  ) {}

  get id(): string {
    return this.dialog.id;
  }

  /** What its app keeps with it; what is not said stays as it was. */
  keep({ note, session, endpoint, recover }: DialogNote): void {
    this.note = note;
    this.session = session ?? this.session;
    this.endpoint = endpoint ?? this.endpoint;
    this.recover = recover ?? this.recover;
  }

  /** Our BYE is on its way: nobody takes this call up again, whoever comes. */
  get isLeaving(): boolean {
    for (const { request } of this.outgoing) if (request.method === 'BYE') return true;
    return false;
  }

  /** A 200 to an INVITE of ours has come that nobody has acknowledged. */
  get owesAck(): boolean {
    const { dialog, inviteCseq, ack } = this;
    return dialog.state === 'confirmed' && inviteCseq !== 0 && ack?.cseq !== inviteCseq;
  }

  /**
   * RFC 3262 §4: false for a reliable provisional that is a copy of one seen, or that came before one
   * that is still missing. Neither is acknowledged, so the app must not see it: it will be repeated.
   */
  isNextProvisional(response: SipMessage): boolean {
    const rseq = Number(response.get('rseq'));
    if (!response.has('rseq') || Number.isNaN(rseq)) return true;
    if (this.remoteRseq !== 0 && rseq !== this.remoteRseq + 1) return false;
    this.remoteRseq = rseq;
    return true;
  }

  /** What a re-INVITE or UPDATE changed takes effect when it is accepted (RFC 3261 §12.2.2). */
  acceptChange(incoming: IncomingRequest, answer: string): void {
    const { request, flow } = incoming.transaction;
    this.dialog.refresh(request, targetOf(flow));
    this.remoteSdp = sdpIn(request.body) ?? this.remoteSdp;
    this.localSdp = sdpIn(answer) ?? this.localSdp;
  }
}

/** SDP of a message body, or undefined. */
export function sdpIn(body: string): string | undefined {
  return body.startsWith('v=0') ? body : undefined;
}
