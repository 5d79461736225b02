import { composeCancel } from '../message/compose';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { giveUpMs } from '../transaction/timing';
import type { Flow } from '../transport/flow';
import type { Context } from './context';

/** RFC 3261 §16.6 step 11: an INVITE that only rings is given up after more than three minutes. */
const TIMER_C_MS = 185_000;

/** What a branch reports. `timedOut` leaves it running: a late 2xx is still reported. */
export interface BranchUser {
  onResponse(response: SipMessage, flow: Flow): void;
  onTimeout(): void;
  /** It could not be sent, or nobody answered at all. */
  onFailure(why: 'timeout' | 'transport'): void;
}

/** One copy of a proxied request on its way to one target, with its timers and its CANCEL. */
export class ProxyBranch {
  private provisionalSeen = false;
  private finalSeen = false;
  private cancelState: 'none' | 'held' | 'sent' = 'none';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: Context,
    readonly request: SipMessage,
    readonly flow: Flow,
    private readonly user: BranchUser,
  ) {}

  /** `provisionalTimeoutMs`: how long to wait for a first sign of life; 0 for as long as it takes. */
  start(provisionalTimeoutMs: number): void {
    if (provisionalTimeoutMs > 0) this.wait(provisionalTimeoutMs);
    else if (this.request.method === 'INVITE') this.wait(TIMER_C_MS);
    this.context.layer.request(this.request, this.flow, {
      onResponse: (response, flow) => this.receive(response, flow),
      onFailure: (why) => {
        this.settle();
        this.user.onFailure(why);
      },
    });
  }

  /** CANCEL, as soon as the target has answered provisionally (§9.1). Only INVITEs have one. */
  cancel(): void {
    if (this.cancelState !== 'none' || this.request.method !== 'INVITE') return;
    this.cancelState = 'held';
    if (this.provisionalSeen) this.sendCancel();
  }

  /** A timer of it still runs. */
  get waits(): boolean {
    return this.timer !== undefined;
  }

  /** Nothing is waited for any more. */
  settle(): void {
    this.stopTimer();
    this.finalSeen = true;
  }

  private receive(response: SipMessage, flow: Flow): void {
    if (response.status >= 200) this.settle();
    else this.alive();
    this.user.onResponse(response, flow);
  }

  private alive(): void {
    this.provisionalSeen = true;
    if (this.cancelState === 'held') this.sendCancel();
    else if (this.cancelState === 'none' && this.request.method === 'INVITE') this.wait(TIMER_C_MS);
    else if (this.cancelState === 'none') this.stopTimer();
  }

  private sendCancel(): void {
    this.cancelState = 'sent';
    const cancel = parseMessage(composeCancel(this.request, ''), true);
    if (cancel === undefined || this.finalSeen) return;
    this.context.layer.request(cancel, this.flow, {
      onResponse: () => undefined,
      onFailure: () => undefined,
    });
    // §9.1: nobody need answer the INVITE after this.
    this.wait(giveUpMs(this.context.timing));
  }

  private wait(ms: number): void {
    this.stopTimer();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.user.onTimeout();
    }, ms);
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
