import { composeFailureAck } from '../message/compose';
import type { SipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import { startInviteClient, stepInviteClient } from './invite-client';
import type { Action, Setting } from './machine';
import { startNonInviteClient, stepNonInviteClient } from './non-invite-client';
import { Runner, type RunningMachine } from './runner';

/** Who asked for the transaction. */
export interface ClientUser {
  /** A response that is news: provisionals, the final one, and every 2xx of an INVITE. */
  onResponse(response: SipMessage, flow: Flow): void;
  /** There will be no response: timer B or F, or the request could not be sent. */
  onFailure(why: 'timeout' | 'transport'): void;
}

type Input = { type: 'response'; status: number } | { type: 'transport-failed' };

/** One request of ours and the responses to it (RFC 3261 §17.1). */
export class ClientTransaction {
  private readonly runner: RunningMachine<Input>;
  private response: SipMessage | undefined;
  private responseFlow: Flow;
  private readonly startedAt = performance.now();
  private readonly unwatch: (() => void) | undefined;

  constructor(
    readonly request: SipMessage,
    readonly flow: Flow,
    setting: Setting,
    private readonly user: ClientUser,
    private readonly onEnd: () => void,
  ) {
    this.responseFlow = flow;
    const invite = request.method === 'INVITE';
    const first = invite ? startInviteClient(setting) : startNonInviteClient(setting);
    const step = invite ? stepInviteClient : stepNonInviteClient;
    const runner = new Runner(first.next, step as never, setting, (action) => this.perform(action));
    this.runner = runner;
    runner.begin(first);
    this.unwatch = flow.watch?.(() => this.sendFailed());
  }

  /** A final response came. */
  get answered(): boolean {
    return (this.response?.status ?? 0) >= 200;
  }

  receive(response: SipMessage, flow: Flow): void {
    this.response = response;
    this.responseFlow = flow;
    this.runner.input({ type: 'response', status: response.status });
  }

  /** Forgets the request: whatever still comes for it is news to nobody. */
  abandon(): void {
    this.stop();
    this.onEnd();
  }

  stop(): void {
    this.unwatch?.();
    this.runner.stop();
  }

  private readonly sendFailed = () => this.runner.input({ type: 'transport-failed' });

  private perform(action: Action): void {
    if (action.do === 'send') return this.flow.send(this.request.text, this.sendFailed);
    if (action.do === 'fail') {
      if (action.why === 'timeout') this.flow.doubt?.(this.startedAt);
      return this.user.onFailure(action.why);
    }
    if (action.do === 'end') {
      this.unwatch?.();
      return this.onEnd();
    }
    const { response } = this;
    if (response === undefined) return;
    if (action.do === 'deliver') this.user.onResponse(response, this.responseFlow);
    else this.flow.send(composeFailureAck(this.request, response), this.sendFailed);
  }
}
