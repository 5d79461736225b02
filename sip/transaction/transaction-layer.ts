import { randomUUID } from 'node:crypto';
import { composeResponse } from '../message/compose';
import { DEFAULT_LIMITS, type MessageLimits } from '../message/limits';
import { faultOf, type Fault } from '../message/sanity';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { stampVia } from '../message/via';
import type { Flow } from '../transport/flow';
import { ClientTransaction, type ClientUser } from './client-transaction';
import { MergedRequests } from './merged-requests';
import { Repeats } from './repeats';
import { ServerTransaction } from './server-transaction';
import type { Timing } from './timing';

/** What the layer hands up. Retransmissions and ACKs for failures never get this far. */
export interface TransactionUser {
  /** A request that is new. An INVITE that is not answered in this turn gets its 100 then. */
  onRequest(transaction: ServerTransaction): void;
  /** An ACK that belongs to a 2xx. */
  onAck(ack: SipMessage, flow: Flow): void;
  /** A CANCEL, with the INVITE it means; undefined when that is not known (§9.2: 481). */
  onCancel(cancel: ServerTransaction, invite: ServerTransaction | undefined): void;
  /** Asked first of all: true when the request was passed on and concerns no transaction here. */
  onPassing(request: SipMessage, flow: Flow): boolean;
  /** True where the source may be somebody else: in no dialog, and nothing was ever accepted from there. */
  isStranger(request: SipMessage, flow: Flow): boolean;
  /** Another way to who asked, now that his connection is gone (§18.2.2); undefined for none. */
  wayBack(request: SipMessage, flow: Flow): Flow | undefined;
  /** Asked before each answer to a stranger; false when it must not be sent. */
  mayAnswer(flow: Flow, bytes: number): boolean;
  /** What came is no SIP message, or beyond the limits. */
  onUnreadable(): void;
  /** A response to no request of this layer: to one that was passed on, or late, or forged. */
  onStrayResponse(response: SipMessage, flow: Flow): void;
}

/** §8.2.2.2: the copy is refused, the first one goes on. */
const MERGED: Fault = { status: 482, reason: 'Loop Detected' };

/** The start of a branch by which RFC 3261 peers recognise each other (§8.1.1.7). */
const MAGIC_COOKIE = 'z9hG4bK';

/**
 * Finds the transaction a message belongs to, or makes one. Key of a server transaction: branch,
 * Call-ID, CSeq number and method, which also serves peers that make poor branches.
 */
export class TransactionLayer {
  private readonly clients = new Map<string, ClientTransaction>();
  private readonly servers = new Map<string, ServerTransaction>();
  private readonly merged = new MergedRequests();
  private readonly repeats = new Repeats();

  constructor(
    private readonly timing: Timing,
    private readonly user: TransactionUser,
    private readonly limits: MessageLimits = DEFAULT_LIMITS,
  ) {}

  /** Live transactions, those that only absorb retransmissions included. */
  get size(): number {
    return this.clients.size + this.servers.size;
  }

  /** Those in which something is still to be said: our final response, or the peer's. */
  get open(): number {
    let open = 0;
    for (const client of this.clients.values()) if (!client.answered) open++;
    for (const server of this.servers.values()) if (!server.answered) open++;
    return open;
  }

  /** Starts a client transaction; the request's own Via carries a branch from `makeBranch`. */
  request(request: SipMessage, flow: Flow, user: ClientUser): ClientTransaction {
    const key = clientKey(request.via?.branch ?? '', request.method);
    const setting = { timing: this.timing, reliable: flow.reliable };
    const forget = () => void this.clients.delete(key);
    const transaction = new ClientTransaction(request, flow, setting, user, forget);
    this.clients.set(key, transaction);
    return transaction;
  }

  /** One message from the network, as byte text. */
  receive(text: string, flow: Flow): void {
    const repeated = this.repeats.find(text);
    if (repeated !== undefined) return repeated.repeat();
    const message = parseMessage(text, false, this.limits);
    if (message === undefined || message.via === undefined) return this.user.onUnreadable();
    const fault = faultOf(message);
    if (!message.isRequest) {
      if (fault === undefined) this.receiveResponse(message, flow);
      return;
    }
    const stamped = stamp(message, flow);
    if (fault === undefined) this.receiveRequest(stamped, flow, text);
    else if (message.method !== 'ACK') this.refuse(stamped, flow, fault);
  }

  /** Stops every timer; used when the edge ends. */
  close(): void {
    for (const transaction of this.clients.values()) transaction.stop();
    for (const transaction of this.servers.values()) transaction.stop();
    this.clients.clear();
    this.servers.clear();
    this.merged.clear();
    this.repeats.clear();
  }

  private receiveResponse(response: SipMessage, flow: Flow): void {
    const key = clientKey(response.via?.branch ?? '', response.cseqMethod);
    const client = this.clients.get(key);
    if (client === undefined) this.user.onStrayResponse(response, flow);
    else client.receive(response, flow);
  }

  private receiveRequest(request: SipMessage, flow: Flow, text: string): void {
    const { method } = request;
    if (this.user.onPassing(request, flow)) return;
    if (method === 'ACK') {
      const invite = this.servers.get(serverKey(request, 'INVITE'));
      if (invite === undefined) this.user.onAck(request, flow);
      else invite.acknowledge(request);
      return;
    }
    const key = serverKey(request, method);
    const known = this.servers.get(key);
    if (known !== undefined) return known.repeat();
    if (method !== 'CANCEL' && this.merged.isMerged(request)) {
      return this.refuse(request, flow, MERGED);
    }
    const transaction = this.serve(key, request, flow);
    this.repeats.add(text, transaction);
    if (method === 'CANCEL') {
      this.user.onCancel(transaction, this.servers.get(serverKey(request, 'INVITE')));
    } else {
      this.user.onRequest(transaction);
      // §17.2.1: only where no other response is at hand, so that a refusal is a single datagram.
      if (method === 'INVITE' && transaction.status === 0) {
        transaction.respond(100, composeResponse(request, { status: 100 }));
      }
    }
  }

  /** Stateless: a malformed request is answered once for each copy of it (§8.2.6). */
  private refuse(request: SipMessage, flow: Flow, fault: Fault): void {
    const text = composeResponse(request, { ...fault, toTag: randomUUID().slice(24) });
    if (flow.reliable || this.user.mayAnswer(flow, text.length)) flow.send(text, () => undefined);
  }

  private serve(key: string, request: SipMessage, flow: Flow): ServerTransaction {
    const { reliable } = flow;
    const stranger = !reliable && this.user.isStranger(request, flow);
    const setting = { timing: this.timing, reliable, stranger };
    const transaction = new ServerTransaction(
      request,
      flow,
      setting,
      (ack) => this.user.onAck(ack, flow),
      () => {
        this.servers.delete(key);
        this.merged.remove(transaction);
        this.repeats.remove(transaction);
      },
      () => this.user.wayBack(request, flow),
    );
    if (stranger) transaction.mayAnswer = (bytes) => this.user.mayAnswer(flow, bytes);
    this.servers.set(key, transaction);
    if (request.method !== 'CANCEL') this.merged.add(transaction);
    return transaction;
  }
}

export function makeBranch(): string {
  return MAGIC_COOKIE + randomUUID();
}

/** CANCEL shares the branch of its INVITE (§9.1), hence the method. */
function clientKey(branch: string, method: string): string {
  return method === 'CANCEL' ? `${branch}|CANCEL` : branch;
}

function serverKey(request: SipMessage, method: string): string {
  return `${request.via?.branch ?? ''}|${request.callId}|${request.cseq}|${method}`;
}

function stamp(request: SipMessage, flow: Flow): SipMessage {
  const { via } = request;
  const value = request.get('via');
  if (via === undefined || value === undefined) return request;
  return request.replaceFirst('via', stampVia(value, via, flow.address, flow.port));
}
