import type { SipMessage } from '../message/sip-message';
import { composeResponse } from '../message/compose';
import { isTooBrief, MIN_SE_S } from '../dialog/session-timer';
import { giveUpMs } from '../transaction/timing';
import type { ServerTransaction } from '../transaction/server-transaction';
import { isLastNotify } from '../dialog/subscription';
import type { Flow } from '../transport/flow';
import { randomUUID } from 'node:crypto';
import type { Absence } from './absence';
import { RETRY_AFTER } from './absence-policy';
import type { Context } from './context';
import { traffic } from './edge-message';
import type { Endings } from './endings';
import { sdpIn, type HeldDialog } from './held-dialog';
import { serve } from './served-request';
import type { IncomingRequest } from './incoming-request';
import { waitsForApp } from './subscription/first-notify';

/** Requests from the network inside a dialog (RFC 3261 §12.2.2): to the app that owns it. */
export class DialogInbound {
  constructor(
    private readonly context: Context,
    private readonly parts: { absence: Absence; endings: Endings },
  ) {}

  /** False when the request is none of the dialog's business and should be treated as new. */
  take(transaction: ServerTransaction, held: HeldDialog): boolean {
    const { request } = transaction;
    const { dialog } = held;
    if (dialog.state === 'early' && request.method !== 'UPDATE' && request.method !== 'PRACK') {
      return false;
    }
    if (waitsForApp(held, () => this.takeLate(transaction, held))) return true;
    if (!dialog.accepts(request.cseq)) {
      // §12.2.2: out of order.
      transaction.respond(500, composeResponse(request, { status: 500 }));
      return true;
    }
    if (request.method === 'INVITE' && held.refreshing !== undefined) {
      // §14.2: our own refresh is under way, which the app knows nothing of.
      transaction.respond(491, composeResponse(request, { status: 491 }));
      return true;
    }
    if (isSessionRequest(request) && isTooBrief(request)) {
      const headers = `Min-SE: ${MIN_SE_S}\r\n`;
      transaction.respond(422, composeResponse(request, { status: 422, headers }));
      return true;
    }
    if (this.overlaps(held, request)) {
      // §14.2, RFC 3311 §5.2: a second offer before the first is answered.
      transaction.respond(500, composeResponse(request, { status: 500, headers: RETRY_AFTER }));
      return true;
    }
    if (request.method === 'PRACK' && !confirmProvisional(held, request)) {
      // RFC 3262 §3: nothing waits for this one; a copy of our provisional was acknowledged anew.
      transaction.respond(481, composeResponse(request, { status: 481 }));
      return true;
    }
    const incoming = serve(this.context, transaction, '');
    incoming.held = held;
    if (held.attached && held.app.present) this.deliver(incoming, held);
    else this.parts.absence.answer(incoming, held);
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

  private overlaps(held: HeldDialog, request: SipMessage): boolean {
    const { method } = request;
    if (!isSessionRequest(request)) return false;
    for (const other of held.incoming) {
      if (other.request.method === method && !other.transaction.answered) return true;
    }
    return false;
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
 * RFC 3262 §3: a PRACK whose RAck names it ends the repetition of a reliable provisional. False when
 * no provisional waits for it.
 */
function confirmProvisional(held: HeldDialog, prack: SipMessage): boolean {
  const rseq = Number.parseInt(prack.get('rack') ?? '', 10);
  for (const incoming of held.incoming) {
    if (incoming.reliable?.rseq !== rseq) continue;
    incoming.reliable.repeat.stop();
    incoming.reliable = undefined;
    return true;
  }
  return false;
}
