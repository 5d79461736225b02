import { randomUUID } from 'node:crypto';
import { composeCancel, composeResponse } from '../message/compose';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { giveUpMs } from '../transaction/timing';
import type { App } from './app';
import type { AppConnection } from './app-connection';
import type { SipCommand } from './app-message';
import { cancelHeaderLines } from './compose-request';
import type { Context } from './context';
import { echoRequest, placeOfSent, reply, traffic } from './edge-message';
import { forgetDialog } from './forget-dialog';
import type { OutgoingRequest } from './outgoing-request';

/** CANCEL of an app's INVITE (RFC 3261 §9.1): held until the peer has answered provisionally. */
export class Cancels {
  constructor(private readonly context: Context) {}

  take(app: App, connection: AppConnection, command: SipCommand): void {
    const outgoing = this.context.outgoing.get(command.transactionId);
    const message = parseMessage(command.sip, true);
    const known = outgoing?.app === app && outgoing.request.method === 'INVITE';
    if (!known || message?.method !== 'CANCEL') {
      const text = `unable to cancel unknown transaction id: ${command.transactionId}`;
      return connection.send(reply(command.id, `NOK|${text}`));
    }
    const text = this.cancel(outgoing, message);
    const place = placeOfSent(outgoing.flow);
    connection.send(echoRequest(command.id, { text, place, transactionId: randomUUID() }));
  }

  /** Cancels at once or as soon as possible. Returns the CANCEL's text. */
  cancel(outgoing: OutgoingRequest, message?: SipMessage): string {
    if (outgoing.cancel !== undefined) return outgoing.cancel.text;
    const headers = message === undefined ? '' : cancelHeaderLines(message, outgoing.flow);
    const text = composeCancel(outgoing.request, headers);
    outgoing.cancel = { state: 'held', text };
    if (outgoing.provisionalSeen) this.release(outgoing);
    return text;
  }

  /** A provisional came: a CANCEL that waited for it may leave. */
  release(outgoing: OutgoingRequest): void {
    const { cancel, flow } = outgoing;
    if (cancel?.state !== 'held' || outgoing.finalSeen) return;
    cancel.state = 'sent';
    const request = parseMessage(cancel.text, true);
    if (request === undefined) return;
    // Its own answer says only that it arrived; the INVITE's 487 is what counts.
    this.context.layer.request(request, flow, {
      onResponse: () => undefined,
      onFailure: () => undefined,
    });
    this.expire(outgoing);
  }

  /**
   * §9.1: 64·T1 after its CANCEL, or after the end of the dialog that it was sent in, an INVITE counts
   * as cancelled even if nobody says so. Without that limit it would wait for ever: timer B stops with
   * the first provisional.
   */
  expire(outgoing: OutgoingRequest): void {
    const wait = giveUpMs(this.context.timing);
    outgoing.cancelExpiry ??= setTimeout(() => this.neverAnswered(outgoing), wait);
  }

  private neverAnswered(outgoing: OutgoingRequest): void {
    this.context.outgoing.delete(outgoing.id);
    outgoing.settle();
    outgoing.transaction?.abandon();
    for (const fork of outgoing.forks.values()) forgetDialog(this.context, fork);
    const text = composeResponse(outgoing.request, { status: 487, toTag: randomUUID() });
    if (outgoing.held === undefined) this.context.cdrs?.refused(outgoing.request, 487, text);
    const { id: transactionId, dialogId, flow } = outgoing;
    outgoing.connection.send(traffic(text, flow, { transactionId, dialogId }));
  }
}
