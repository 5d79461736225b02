import type { SipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import { startInviteServer, stepInviteServer } from './invite-server';
import type { Action, Setting } from './machine';
import { startNonInviteServer, stepNonInviteServer } from './non-invite-server';
import { Runner, type RunningMachine } from './runner';

/** What the answering side wants to know of its transaction; set after it was handed over. */
export interface ServerUser {
  /** The first final response is given. */
  onFinal?(status: number, text: string): void;
  /** No ACK for a 300-699 (timer H), or the response could not be sent. */
  onFailure(why: 'timeout' | 'transport'): void;
  /** The transaction is forgotten. */
  onEnd(): void;
}

type Input =
  | { type: 'request' }
  | { type: 'ack' }
  | { type: 'respond'; status: number }
  | { type: 'transport-failed' };

/** One request from the network and our responses to it (RFC 3261 §17.2). */
export class ServerTransaction {
  user: ServerUser | undefined;
  /** Status of the last response given; 0 before the first. */
  status = 0;
  /** It is being proxied: the same request may reach us again by another way (§16.3). */
  mayComeBack = false;
  /** Asked before each answer to a stranger: false when it would be more than he has paid for. */
  mayAnswer: ((bytes: number) => boolean) | undefined;
  private readonly runner: RunningMachine<Input>;
  private lastAck: SipMessage | undefined;
  private lastResponse = '';
  private stopped = false;

  constructor(
    /** With `received` and `rport` filled into its Via. */
    readonly request: SipMessage,
    readonly flow: Flow,
    setting: Setting,
    private readonly deliverAck: (ack: SipMessage) => void,
    private readonly onEnd: () => void,
    /** Where else a response can go when `flow` is dead; asked each time. */
    private readonly wayBack: () => Flow | undefined = () => undefined,
  ) {
    const invite = request.method === 'INVITE';
    const first = invite ? startInviteServer() : startNonInviteServer();
    const step = invite ? stepInviteServer : stepNonInviteServer;
    const runner = new Runner(first.next, step as never, setting, (action) => this.perform(action));
    this.runner = runner;
    runner.begin(first);
  }

  /** A final response was given. */
  get answered(): boolean {
    return this.status >= 200;
  }

  /** Sends a response; refused (false) once the machine takes no more of that class. */
  respond(status: number, text: string): boolean {
    const repeats = this.status >= 200 && this.status < 300 && status >= 200 && status < 300;
    if (this.answered && !repeats) return false;
    if (status >= 200 && !this.answered) this.user?.onFinal?.(status, text);
    this.status = status;
    this.lastResponse = text;
    this.runner.input({ type: 'respond', status });
    return true;
  }

  /** The same request came again. */
  repeat(): void {
    this.runner.input({ type: 'request' });
  }

  /** A response that the machine does not repeat by itself. */
  sendAgain(text: string): void {
    if (this.mayAnswer?.(text.length) === false) return;
    this.flow.send(text, () => undefined);
  }

  acknowledge(ack: SipMessage): void {
    this.lastAck = ack;
    this.runner.input({ type: 'ack' });
  }

  /** Forgets the request without an answer. */
  abandon(): void {
    this.stop();
    this.end();
  }

  stop(): void {
    this.stopped = true;
    this.runner.stop();
  }

  private end(): void {
    this.onEnd();
    this.user?.onEnd();
  }

  private perform(action: Action): void {
    if (action.do === 'send') {
      if (this.mayAnswer?.(this.lastResponse.length) !== false) this.send(this.flow);
    } else if (action.do === 'deliver' && this.lastAck) this.deliverAck(this.lastAck);
    else if (action.do === 'fail') this.user?.onFailure(action.why);
    else if (action.do === 'end') this.end();
  }

  private send(flow: Flow): void {
    flow.send(this.lastResponse, () => {
      if (this.stopped) return;
      const other = flow === this.flow ? this.wayBack() : undefined;
      if (other === undefined) this.runner.input({ type: 'transport-failed' });
      else this.send(other);
    });
  }
}
