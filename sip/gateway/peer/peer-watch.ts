import { randomUUID } from 'node:crypto';
import { viaLine } from '../../dialog/dialog';
import { parseMessage, type SipMessage } from '../../message/sip-message';
import type { ClientTransaction } from '../../transaction/client-transaction';
import { makeBranch } from '../../transaction/transaction-layer';
import type { Flow } from '../../transport/flow';
import { hostInUri } from '../../message/uri';
import type { Context } from '../context';
import { makeTag } from '../make-tag';
import { flowToUri } from '../next-hop';
import {
  startPeer,
  stepPeer,
  type PeerAction,
  type PeerInput,
  type PeerPatience,
  type PeerState,
  type PeerStep,
  type PeerTimer,
} from './peer-machine';

/**
 * Marks the question of one edge to another. It is answered by what the asked edge is by itself, never by
 * what it believes of the one that asks: else two edges without apps would each send callers to the other.
 */
const MARK = 'X-Openline-Peer';

export function isFromPeer(request: SipMessage): boolean {
  return request.has(MARK.toLowerCase());
}

/** Asks another edge every few seconds by OPTIONS whether it takes callers. */
export class PeerWatch {
  private state: PeerState = { name: 'unknown', misses: 0 };
  private timer: NodeJS.Timeout | undefined;
  private transaction: ClientTransaction | undefined;
  /** Counts them: a name that is found too late has a newer one after it. */
  private question = 0;
  private closed = false;

  constructor(
    private readonly context: Context,
    /** sip or sips. */
    private readonly uri: string,
    private readonly patience: PeerPatience,
    /** It began to live, or ceased to. */
    private readonly changed: (alive: boolean) => void,
  ) {}

  get alive(): boolean {
    return this.state.name === 'alive';
  }

  /** A question waits for its answer. */
  get asking(): boolean {
    return this.transaction !== undefined;
  }

  start(): void {
    this.apply(startPeer(this.patience));
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.forget();
  }

  private input(input: PeerInput): void {
    if (!this.closed) this.apply(stepPeer(this.state, input, this.patience));
  }

  private apply({ next, actions }: PeerStep): void {
    const before = this.state.name;
    this.state = next;
    for (const action of actions) this.perform(action);
    if (next.name === before) return;
    const { uri } = this;
    if (next.name === 'alive') this.context.log.info({ peer: uri }, 'the peer edge takes callers');
    else this.context.log.warn({ peer: uri }, 'the peer edge takes no callers');
    this.changed(next.name === 'alive');
  }

  private perform(action: PeerAction): void {
    if (action.do === 'set') this.arm(action.timer, action.ms);
    else if (action.do === 'forget') this.forget();
    else this.ask();
  }

  /** There is one timer: both never run together. */
  private arm(timer: PeerTimer, ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.input({ type: 'timer', timer }), ms);
  }

  private forget(): void {
    this.transaction?.abandon();
    this.transaction = undefined;
  }

  private ask(): void {
    this.forget();
    const question = ++this.question;
    const { network, layer } = this.context;
    const outcome = (input: PeerInput): void => {
      this.transaction = undefined;
      this.input(input);
    };
    flowToUri(network, this.uri, 'udp', (hop) => {
      if (question !== this.question || this.closed) return;
      const request = 'flow' in hop ? this.compose(hop.flow) : undefined;
      if (!('flow' in hop) || request === undefined) return outcome({ type: 'failed' });
      this.transaction = layer.request(request, hop.flow, {
        onResponse: ({ status }) => {
          if (status >= 200) outcome({ type: 'answer', status });
        },
        onFailure: () => outcome({ type: 'failed' }),
      });
    });
  }

  private compose(flow: Flow): SipMessage | undefined {
    const us = `sip:${hostInUri(flow.localHost)}:${flow.localPort}`;
    const text =
      `OPTIONS ${this.uri} SIP/2.0\r\n${viaLine(flow, makeBranch())}` +
      `Max-Forwards: 70\r\nFrom: <${us}>;tag=${makeTag()}\r\nTo: <${this.uri}>\r\n` +
      `Call-ID: ${randomUUID()}\r\nCSeq: 1 OPTIONS\r\nAccept: application/sdp\r\n` +
      `${MARK}: yes\r\nContent-Length: 0\r\n\r\n`;
    return parseMessage(text, true);
  }
}
