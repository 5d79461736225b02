import { randomUUID } from 'node:crypto';
import { refusalOf, type SessionRequest } from '../dialog/offers';
import { isTooBrief, MIN_SE_S } from '../dialog/session-timer';
import { isLastNotify } from '../dialog/subscription';
import { composeResponse } from '../message/compose';
import type { SipMessage } from '../message/sip-message';
import type { ServerTransaction } from '../transaction/server-transaction';
import { giveUpMs } from '../transaction/timing';
import type { Flow } from '../transport/flow';
import { RETRY_AFTER } from './absence-policy';
import type { Context } from './context';
import { traffic } from './edge-message';
import type { Endings } from './endings';
import { sdpIn, type HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import { serve } from './served-request';
import { waitsForApp } from './subscription/first-notify';
import type { Substitute } from './substitute';

/** Requests from the network inside a dialog (RFC 3261 §12.2.2): to the app that owns it. */
export class DialogInbound {
  constructor(
    private readonly context: Context,
    private readonly parts: { substitute: Substitute; endings: Endings },
  ) {}

  /** False when the request is none of the dialog's business and should be treated as new. */
  take(transaction: ServerTransaction, held: HeldDialog): boolean {
    const { request } = transaction;
    const { dialog } = held;
    if (dialog.state === 'early' && !EARLY.has(request.method)) return false;
    if (waitsForApp(held, () => this.takeLate(transaction, held))) return true;
    if (!dialog.accepts(request.cseq)) {
      // §12.2.2: out of order.
      transaction.respond(500, composeResponse(request, { status: 500 }));
      return true;
    }
    if (held.refreshing !== undefined && (request.method === 'INVITE' || asked(request).offers)) {
      // §14.2, RFC 3311 §5.2: our own refresh is under way, which the app knows nothing of.
      transaction.respond(491, composeResponse(request, { status: 491 }));
      return true;
    }
    if (isSessionRequest(request) && isTooBrief(request)) {
      const headers = `Min-SE: ${MIN_SE_S}\r\n`;
      transaction.respond(422, composeResponse(request, { status: 422, headers }));
      return true;
    }
    const status = isSessionRequest(request) ? tooSoon(held, request) : undefined;
    if (status !== undefined) {
      const headers = status === 500 ? RETRY_AFTER : '';
      transaction.respond(status, composeResponse(request, { status, headers }));
      return true;
    }
    const settled = request.method === 'PRACK' ? settlePrack(held, request) : undefined;
    if (settled !== undefined) {
      transaction.respond(settled, composeResponse(request, { status: settled }));
      return true;
    }
    const incoming = serve(this.context, transaction, '');
    incoming.held = held;
    if (held.attached && held.app.present) this.deliver(incoming, held);
    else this.parts.substitute.answer(incoming, held);
    return true;
  }

  /** One that waited until its dialog was the app's; see `subscription/first-notify.ts`. */
  takeLate(transaction: ServerTransaction, held: HeldDialog): void {
    if (held.dialog.state === 'confirmed' && this.take(transaction, held)) return;
    const { request } = transaction;
    transaction.respond(481, composeResponse(request, { status: 481 }));
  }

  /** An ACK for a 2xx: ends its repetition and goes to the app, which may find an answer in it. */
  acknowledge(ack: SipMessage, flow: Flow): void {
    const held = this.context.dialogs.ofRequest(ack);
    if (held?.awaitingAck?.cseq !== ack.cseq) return;
    held.awaitingAck.repeat.stop();
    held.awaitingAck = undefined;
    held.remoteSdp = sdpIn(ack.body) ?? held.remoteSdp;
    if (!held.attached) return;
    held.app.send(traffic(ack.text, flow, { transactionId: randomUUID(), dialogId: held.id }));
  }

  /** The app never answered a BYE or a last NOTIFY: the dialog is long gone, and so is now the transaction. */
  private unanswered(last: IncomingRequest): void {
    this.context.incoming.delete(last.id);
    last.settle();
    last.respond(500);
  }

  private deliver(incoming: IncomingRequest, held: HeldDialog): void {
    const { request, flow } = incoming.transaction;
    const early = held.dialog.state === 'early';
    if (isLast(request, held)) {
      this.context.cdrs?.released(held, 'them', request);
      this.parts.endings.forget(held);
      this.parts.endings.refusePending(held);
      incoming.expiry = setTimeout(() => this.unanswered(incoming), giveUpMs(this.context.timing));
    }
    incoming.app = held.app;
    held.app.incoming.add(incoming);
    held.incoming.add(incoming);
    this.context.incoming.set(incoming.id, incoming);
    const transactionId =
      early && request.method === 'UPDATE' ? attach(incoming, held) : incoming.id;
    held.app.send(traffic(request.text, flow, { transactionId, dialogId: held.id }));
  }
}

/** What may come before the call is answered; of the rest an app gets what may stand alone. */
const EARLY = new Set(['UPDATE', 'PRACK', 'INVITE']);

/** Why another offer cannot be taken now. */
function tooSoon(held: HeldDialog, request: SipMessage): 491 | 500 | undefined {
  const open = [...held.incoming].filter(({ transaction }) => !transaction.answered);
  const ours = [...held.outgoing].map((one) => asked(one.request));
  const theirs = open.map((one) => asked(one.request));
  return refusalOf(asked(request), { ours, theirs }, held.dialog.state === 'early');
}

function asked(request: SipMessage): SessionRequest {
  const offers = isSessionRequest(request) && sdpIn(request.body) !== undefined;
  return { method: request.method, offers };
}

/** The dialog is over with it, whatever is answered: its BYE, or the last NOTIFY of a subscription. */
function isLast(request: SipMessage, { usage }: HeldDialog): boolean {
  return request.method === 'BYE' || (usage === 'subscription' && isLastNotify(request));
}

function isSessionRequest({ method }: SipMessage): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}

/** An UPDATE in an early dialog goes under the INVITE's id; the answer's CSeq tells them apart. */
function attach(update: IncomingRequest, held: HeldDialog): string {
  for (const incoming of held.incoming) {
    if (incoming.request.method !== 'INVITE') continue;
    incoming.update = update;
    return incoming.id;
  }
  return update.id;
}

/**
 * RFC 3262 §3: a PRACK whose RAck names it ends the repetition of a reliable provisional, and goes to the
 * app: undefined. 481 where no provisional waits for one, as when a copy of ours was acknowledged
 * anew; 200 where it crossed the answer of the INVITE, after which drachtio-srf takes none.
 */
function settlePrack(held: HeldDialog, prack: SipMessage): 200 | 481 | undefined {
  // No more than three words are looked at: sipp's own scenarios say the method twice.
  const rack = (prack.get('rack') ?? '').split(/\s+/, 3).join(' ');
  if (!held.unconfirmed.delete(rack)) return 481;
  held.remoteSdp = sdpIn(prack.body) ?? held.remoteSdp;
  for (const incoming of held.incoming) {
    if (incoming.reliable?.rack !== rack) continue;
    incoming.confirmed();
    return undefined;
  }
  return prack.body === '' ? 200 : undefined;
}
