import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { composeCancel, composeResponse } from '../message/compose';
import type { SipMessage } from '../message/sip-message';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { TransactionUser } from '../transaction/transaction-layer';
import { defaultPort } from '../transport/dns-selection';
import { isWebSocket, type Flow } from '../transport/flow';
import { dialogIdOf } from '../dialog/dialog';
import { hasCredentials } from '../guard/digest-block';
import type { Absence } from './absence';
import type { Admission } from './admission';
import type { AnswerAlone } from './alone/answer-alone';
import { RETRY_AFTER } from './absence-policy';
import type { App } from './app';
import type { Context } from './context';
import type { DialogInbound } from './dialog-inbound';
import { newRequest, traffic } from './edge-message';
import type { Endings } from './endings';
import type { HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import { makeTag } from './make-tag';
import type { PassThrough } from './pass-through';
import { OPTIONS_ANSWER, type Handover } from './peer/handover';
import type { Proxies } from './proxy';
import type { Router } from './routing/router';
import { serve, ServedRequest } from './served-request';
import type { LateAnswers } from './survival/late-answers';
import { waitsForAnswer } from './subscription/first-notify';

/** A request that no app answered at all is forgotten after this. */
const UNANSWERED_MS = 64_000;

/** Methods that may start something; anything else outside a dialog is dropped or gets 481. */
const STARTERS = new Set([
  'INVITE',
  'REGISTER',
  'MESSAGE',
  'OPTIONS',
  'INFO',
  'NOTIFY',
  'SUBSCRIBE',
  'PUBLISH',
]);

/** Requests from the network: to their dialog, or to an app that registered for the method. */
export class Inbound implements TransactionUser {
  constructor(
    private readonly context: Context,
    private readonly parts: {
      dialogs: DialogInbound;
      alone: AnswerAlone;
      admission: Admission;
      absence: Absence;
      endings: Endings;
      proxy: Proxies;
      passThrough: PassThrough;
      lateAnswers: LateAnswers;
      handover: Handover;
      router: Router;
    },
  ) {}

  onRequest(transaction: ServerTransaction): void {
    const { request } = transaction;
    const held = this.context.dialogs.ofRequest(request);
    if (held !== undefined && this.parts.dialogs.take(transaction, held)) return;
    if (held !== undefined && request.method === 'BYE' && this.hungUpEarly(transaction, held))
      return;
    if (this.isBlocked(transaction)) {
      this.context.counters.digestBlocked++;
      transaction.respond(403, composeResponse(request, { status: 403, toTag: makeTag() }));
      return;
    }
    if (isByAnotherName(transaction)) {
      transaction.respond(400, composeResponse(request, { status: 400, toTag: makeTag() }));
      return;
    }
    if (this.isTooEarly(request)) {
      transaction.respond(491, composeResponse(request, { status: 491, toTag: makeTag() }));
      return;
    }
    const { method } = request;
    const unknown = held === undefined && request.toTag !== undefined;
    if (unknown && this.isEarly(transaction)) return;
    const inside = method === 'INVITE' && request.toTag !== undefined;
    const subscription = unknown && (method === 'SUBSCRIBE' || method === 'NOTIFY');
    if (method === 'BYE' || method === 'UPDATE' || inside || subscription) {
      transaction.respond(481, composeResponse(request, { status: 481, toTag: makeTag() }));
    } else if (STARTERS.has(method)) this.offer(transaction);
    else transaction.abandon();
  }

  onAck(ack: SipMessage, flow: Flow): void {
    this.parts.dialogs.acknowledge(ack, flow);
  }

  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void {
    if (invite !== undefined && this.parts.proxy.cancelled(cancel, invite)) return;
    const incoming = invite?.user instanceof ServedRequest ? invite.user.incoming : undefined;
    if (invite === undefined || incoming === undefined) {
      cancel.respond(481, composeResponse(cancel.request, { status: 481, toTag: makeTag() }));
    } else if (!invite.answered) this.cancelled(cancel, incoming);
    else if (incoming.held?.awaitingAck?.cseq === cancel.request.cseq) {
      // RFC 3261 §9.2 would ignore it; the caller has hung up, so the call is ended instead.
      cancel.respond(481, composeResponse(cancel.request, { status: 481, toTag: incoming.toTag }));
      this.parts.endings.bye(incoming.held, 'CANCEL after 200 OK', 'bye');
    } else {
      cancel.respond(200, composeResponse(cancel.request, { status: 200, toTag: incoming.toTag }));
    }
  }

  onPassing(request: SipMessage, flow: Flow): boolean {
    return this.parts.passThrough.request(request, flow);
  }

  onStrayResponse(response: SipMessage, flow: Flow): void {
    if (!this.parts.passThrough.response(response)) this.parts.lateAnswers.take(response, flow);
  }

  wayBack(request: SipMessage, flow: Flow): Flow | undefined {
    const { via } = request;
    const { protocol, address } = flow;
    // Whoever opened a WebSocket cannot be connected to, and datagrams have no connection to lose.
    if (via === undefined || (protocol !== 'tcp' && protocol !== 'tls')) return undefined;
    if (this.isStranger(request, flow)) return undefined;
    const name = isIP(via.host) === 0 ? { name: via.host } : {};
    const port = via.port ?? defaultPort(protocol);
    return this.context.network.flowTo({ protocol, address, port, ...name });
  }

  mayAnswer({ address }: Flow, bytes: number): boolean {
    if (this.context.sourceLimits.mayAnswer(address, bytes)) return true;
    this.context.counters.withheld++;
    return false;
  }

  onUnreadable(): void {
    this.context.counters.unreadable++;
  }

  isStranger(request: SipMessage, flow: Flow): boolean {
    const { sourceLimits, dialogs } = this.context;
    if (dialogs.ofRequest(request) !== undefined) return false;
    return !sourceLimits.isTrusted(flow.address) && !this.parts.alone.isTrunk(flow);
  }

  /** Hands a request to an app, under a new id. */
  deliver(incoming: IncomingRequest, app: App): void {
    const { context } = this;
    context.incoming.delete(incoming.id);
    incoming.id = randomUUID();
    context.incoming.set(incoming.id, incoming);
    incoming.app = app;
    app.incoming.add(incoming);
    const { request, flow } = incoming.transaction;
    app.send(newRequest(request.text, flow, incoming.id));
    clearTimeout(incoming.expiry);
    incoming.expiry = setTimeout(() => this.unanswered(incoming), UNANSWERED_MS);
  }

  /** Its nameless app is gone: it is never answered, as drachtio-server has it. */
  orphaned(incoming: IncomingRequest): void {
    incoming.settle();
    incoming.app = undefined;
    incoming.expiry = setTimeout(() => this.unanswered(incoming), UNANSWERED_MS);
  }

  /** A new INVITE under the Call-ID of a call whose 200 the caller has not acknowledged yet. */
  private isTooEarly(request: SipMessage): boolean {
    if (request.method !== 'INVITE' || request.toTag !== undefined) return false;
    const id = dialogIdOf(request.callId, request.fromTag ?? '');
    return this.context.dialogs.withId(id)?.awaitingAck !== undefined;
  }

  /** A NOTIFY that overtook the answer to its SUBSCRIBE. */
  private isEarly(transaction: ServerTransaction): boolean {
    const { dialogs } = this.parts;
    return waitsForAnswer(this.context, transaction, (late, held) => dialogs.takeLate(late, held));
  }

  private isBlocked({ request, flow }: ServerTransaction): boolean {
    const attempt = { method: request.method, hasCredentials: hasCredentials(request) };
    return this.context.digestBlock.blocks(flow, attempt, this.context.now());
  }

  private offer(transaction: ServerTransaction): void {
    this.context.cdrs?.invited('them', transaction.request);
    const incoming = serve(this.context, transaction, makeTag());
    if (!this.parts.handover.answers(incoming)) this.offerAgain(incoming);
  }

  /** To an app that takes such requests; its own may have gone while it waited. */
  offerAgain(incoming: IncomingRequest): void {
    const { context } = this;
    if (this.parts.router.take(incoming)) return;
    const { method } = incoming.request;
    const verb = method.toLowerCase();
    const app = context.routes.pick(verb);
    if (app !== undefined) return this.offerTo(incoming, app);
    const absent = this.parts.absence.whoWouldTake(verb);
    if (absent !== undefined && method === 'INVITE')
      return this.parts.absence.wait(incoming, absent);
    const alone = absent !== undefined && this.parts.absence.canServe(absent);
    if (alone && method === 'OPTIONS' && !this.parts.handover.peerAlive) {
      // A carrier that asks whether we live must go on sending us callers: they are answered here, and
      // there is no other edge, where an app would be.
      incoming.respond(200, { headers: OPTIONS_ANSWER });
      return incoming.settle();
    }
    context.counters.noApp++;
    incoming.respond(503, absent === undefined ? {} : { headers: RETRY_AFTER });
    incoming.settle();
  }

  /** To an app that is there; an INVITE as soon as it has caught up. */
  offerTo(incoming: IncomingRequest, app: App): void {
    if (incoming.request.method === 'INVITE') return this.parts.admission.admit(incoming, app);
    this.deliver(incoming, app);
  }

  private unanswered(incoming: IncomingRequest): void {
    this.context.incoming.delete(incoming.id);
    incoming.settle();
    // A caller is told; whoever sent another request has given up half a minute ago (timer F).
    if (incoming.request.method === 'INVITE') incoming.respond(408);
    else incoming.transaction.abandon();
  }

  /** RFC 3261 §15: a caller may end with BYE what only rings. To apps that is a CANCEL. */
  private hungUpEarly(bye: ServerTransaction, held: HeldDialog): boolean {
    const invite = [...held.incoming].find(({ request }) => request.method === 'INVITE');
    if (invite === undefined || invite.transaction.answered) return false;
    this.cancelled(bye, invite, composeCancel(invite.request, reasonLines(bye.request)));
    return true;
  }

  /** `told` is what the app gets to see of it. */
  private cancelled(
    cancel: ServerTransaction,
    incoming: IncomingRequest,
    told = cancel.request.text,
  ): void {
    const { request, flow } = cancel;
    const early = incoming.transaction.status > 100;
    cancel.respond(200, composeResponse(request, { status: 200, toTag: incoming.toTag }));
    this.context.cdrs?.cancelled(incoming, request);
    incoming.respond(487);
    this.context.incoming.delete(incoming.id);
    const { held, app } = incoming;
    const waited = this.parts.absence.stopWaiting(incoming);
    const unknown = waited || this.parts.admission.gaveUp(incoming);
    incoming.settle();
    if (held?.dialog.state === 'early') this.parts.endings.forget(held);
    if (unknown || app === undefined) return;
    this.parts.alone.gaveUpBefore(incoming, app);
    const dialogId = early && held !== undefined ? held.id : '';
    app.send(traffic(told, flow, { transactionId: incoming.id, dialogId }));
  }
}

/**
 * RFC 7118 §5.2.1: the Via of who comes by a WebSocket says so. Apps are told `tcp` and know it by that Via alone, and
 * a WebSocket is never a trunk.
 */
function isByAnotherName({ request: { via }, flow }: ServerTransaction): boolean {
  return isWebSocket(flow.protocol) && !isWebSocket(via?.transport ?? '');
}

function reasonLines(request: SipMessage): string {
  return request
    .all('reason')
    .map((value) => `Reason: ${value}\r\n`)
    .join('');
}
