import { RETRY_AFTER } from '../absence-policy';
import type { AnswerAlone } from '../alone/answer-alone';
import type { App } from '../app';
import type { Context } from '../context';
import type { IncomingRequest } from '../incoming-request';
import type { DepartureState, Look } from './departure';
import { USUAL_PATIENCE, type PeerPatience } from './peer-machine';
import { isFromPeer, PeerWatch } from './peer-watch';
import { RunningDeparture } from './running-departure';

export const OPTIONS_ANSWER =
  'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\nAccept: application/sdp\r\n';

export interface HandoverOptions {
  /** SIP_PEER: another edge, as a sip or sips URI; undefined when there is none. */
  peer?: string | undefined;
  /** The usual one unless a test is in a hurry. */
  peerPatience?: PeerPatience;
}

/** What the edge process adds: media is none of the gateway's business, and its end is its own. */
export interface Leaving {
  /** SIP_DRAIN_AT, next from now on; epoch milliseconds. */
  hour: number;
  /** Streams and recordings that are not finished. */
  mediaLeft: () => number;
  /** Nothing is left, and the edge may go. Called once. */
  ended: () => void;
}

/**
 * Whether callers are to come here or to the peer edge: answers their OPTIONS and INVITEs where it is not
 * the app's turn, and knows how far an edge that is to end has come.
 */
export class Handover {
  private readonly departure: RunningDeparture;
  private leaving: Leaving | undefined;
  private readonly peer: PeerWatch | undefined;

  constructor(
    private readonly context: Context,
    private readonly alone: AnswerAlone,
    /** By name. */
    private readonly apps: ReadonlyMap<string, App>,
    { peer, peerPatience = USUAL_PATIENCE }: HandoverOptions,
  ) {
    const look = () => this.departure.look();
    this.departure = new RunningDeparture(
      context.log,
      () => this.seen(),
      (state) => this.departed(state),
    );
    if (peer !== undefined) this.peer = new PeerWatch(context, peer, peerPatience, look);
  }

  /** The listeners are open. */
  start(): void {
    this.peer?.start();
  }

  /** Another edge lives and takes callers. */
  get peerAlive(): boolean {
    return this.peer?.alive ?? false;
  }

  get draining(): boolean {
    return this.departure.state === 'draining';
  }

  /** SIGTERM. */
  leave(leaving: Leaving): void {
    this.leaving = leaving;
    this.departure.term(leaving.hour);
  }

  /** The edge ends now: nobody new is taken. */
  end(): void {
    this.leaving = undefined;
    this.departure.end();
  }

  close(): void {
    this.departure.close();
    this.peer?.close();
  }

  /** True when it answered a request outside dialogs, which then is nobody else's. */
  answers(incoming: IncomingRequest): boolean {
    const { method } = incoming.request;
    if (method === 'INVITE') return this.sendsAway(incoming) && this.refuse(incoming);
    if (method !== 'OPTIONS') return false;
    if (isFromPeer(incoming.request)) return this.answersPeer(incoming);
    return this.takesNobody && respond(incoming, 503);
  }

  private get takesNobody(): boolean {
    return this.draining || this.departure.state === 'ended';
  }

  /**
   * Callers of trunks have a next route. Phones have none, and an agent on a talk may need to ask or to
   * transfer; who replaces a call of ours belongs to it. Where no trunks are known everybody else goes.
   */
  private sendsAway({ request, transaction }: IncomingRequest): boolean {
    if (!this.draining) return this.takesNobody;
    return this.alone.isFromTrunk(transaction.flow) ?? !request.has('replaces');
  }

  private refuse(incoming: IncomingRequest): true {
    if (this.draining) this.context.counters.sentToPeer++;
    return respond(incoming, 503);
  }

  /** By what we are ourselves: whether an app takes callers here, and whether we stay. */
  private answersPeer(incoming: IncomingRequest): boolean {
    const { routes } = this.context;
    if (this.departure.state !== 'serving') return respond(incoming, 503);
    if (routes.takes('options')) return false;
    return respond(incoming, routes.takes('invite') ? 200 : 503);
  }

  private seen(): Look {
    const { context } = this;
    const open = context.layer.open - (this.peer?.asking === true ? 1 : 0);
    const left = this.calls() + open + (this.leaving?.mediaLeft() ?? 0);
    return { now: context.now(), peer: this.peerAlive, left };
  }

  /** Nobody talks in a subscription: its peer gets 481 from the next edge and subscribes anew. */
  private calls(): number {
    let calls = 0;
    for (const { usage } of this.context.dialogs.all()) if (usage === 'invite') calls++;
    return calls;
  }

  private departed(state: DepartureState['name']): void {
    if (state === 'ended') return this.leaving?.ended();
    if (state === 'serving') return;
    for (const [name, { present, usesControl }] of this.apps) {
      if (!present || !usesControl) continue;
      this.context.control?.tellApp(name, { event: 'edge.departure', state });
    }
  }
}

/** Retry-After is short: should the peer die, callers are taken here again at once. */
function respond(incoming: IncomingRequest, status: 200 | 503): true {
  incoming.respond(status, { headers: status === 503 ? RETRY_AFTER : OPTIONS_ANSWER });
  incoming.settle();
  return true;
}
