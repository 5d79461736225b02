import { composeDialogRequest, targetOf } from '../dialog/dialog';
import {
  demanded,
  dueAfterS,
  refreshLines,
  timerOf,
  type SessionTimer,
} from '../dialog/session-timer';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { makeBranch } from '../transaction/transaction-layer';
import { giveUpMs, secondMs } from '../transaction/timing';
import type { Flow } from '../transport/flow';
import { bareAck } from './bare-ack';
import type { Context } from './context';
import type { Endings } from './endings';
import { sdpIn, type HeldDialog } from './held-dialog';
import { flowToDialog } from './next-hop';

/** RFC 3261 §14.1: after a 491 the owner of the Call-ID waits 2.1 to 4 s, the other up to 2 s. */
const GLARE_S = { uac: [2.1, 4], uas: [0, 2] } as const;

/**
 * Carries session timers out: refreshes by re-INVITE with the last local SDP, which the app is not
 * told of, and ends what nobody refreshes. The timers are the edge's, whether an app is there or not.
 */
export class SessionRefresh {
  constructor(
    private readonly context: Context,
    private readonly endings: Endings,
  ) {}

  /** A 2xx to an INVITE or UPDATE passed, which sets the timer anew or takes it away. */
  answered(held: HeldDialog, response: SipMessage, sentBy: 'us' | 'them'): void {
    held.timer = timerOf(response, sentBy);
    this.arm(held);
  }

  /** A new offer of ours outside the app's knowledge; `done` is told the final answer, if any. */
  offer(held: HeldDialog, sdp: string, done: (response: SipMessage | undefined) => void): void {
    held.localSdp = sdp;
    this.send(held, held.timer === undefined ? '' : refreshLines(held.timer), (response, flow) => {
      if (response !== undefined && response.status < 300) this.refreshed(held, response, flow);
      else this.over(held);
      done(response);
    });
  }

  private arm(held: HeldDialog): void {
    clearTimeout(held.timerDue);
    if (held.timer === undefined || held.dialog.state === 'ended') return;
    this.armAfter(held, dueAfterS(held.timer, Math.random()));
  }

  private armAfter(held: HeldDialog, seconds: number): void {
    const ms = seconds * secondMs(this.context.timing);
    held.timerDue = setTimeout(() => this.due(held), ms);
  }

  private due(held: HeldDialog): void {
    if (held.timer === undefined || held.dialog.state !== 'confirmed') return;
    if (held.timer.refresher === 'them') return this.expired(held);
    // §14.1: one INVITE at a time in a dialog; whatever comes of the other refreshes as well.
    if (hasOpenInvite(held)) return this.later(held);
    this.refresh(held, held.timer);
  }

  private later(held: HeldDialog): void {
    const [from, to] = GLARE_S[held.dialog.role];
    this.armAfter(held, from + Math.random() * (to - from));
  }

  private refresh(held: HeldDialog, timer: SessionTimer): void {
    this.send(held, refreshLines(timer), (response, flow) => {
      if (response === undefined) {
        this.over(held);
        this.expired(held);
      } else if (response.status >= 300) this.refused(held, timer, response);
      else this.refreshed(held, response, flow);
    });
  }

  /** Re-INVITEs with our last description; `answered` is told each final answer, or that none came. */
  private send(
    held: HeldDialog,
    lines: string,
    answered: (response: SipMessage | undefined, flow: Flow) => void,
  ): void {
    flowToDialog(this.context.network, held.dialog, (flow) => {
      if (held.dialog.state !== 'confirmed') return;
      const request = flow && composeRefresh(held, lines, flow);
      if (flow === undefined || request === undefined) return this.expired(held);
      let acknowledged: string | undefined;
      held.refreshing = this.context.layer.request(request, flow, {
        onResponse: (response, from) => {
          if (response.status < 200) return;
          if (response.status < 300) {
            acknowledged ??= bareAck(held.dialog, response.cseq, from);
            from.send(acknowledged, () => undefined);
          }
          answered(response, from);
        },
        onFailure: () => answered(undefined, flow),
      });
    });
  }

  /** Copies of the 200 come here as well; they are acknowledged and change nothing. */
  private refreshed(held: HeldDialog, response: SipMessage, flow: Flow): void {
    if (held.refreshing === undefined) return;
    held.dialog.refresh(response, targetOf(flow));
    held.remoteSdp = sdpIn(response.body) ?? held.remoteSdp;
    this.context.dialogFile.keep(held);
    this.over(held);
    this.answered(held, response, 'them');
  }

  private refused(held: HeldDialog, timer: SessionTimer, response: SipMessage): void {
    this.over(held);
    if (held.dialog.state !== 'confirmed') return;
    const intervalS = response.status === 422 ? demanded(response) : undefined;
    if (response.status === 491) this.later(held);
    else if (intervalS !== undefined && intervalS > timer.intervalS) {
      held.timer = { ...timer, intervalS };
      this.refresh(held, held.timer);
    } else this.expired(held);
  }

  /** What the app wanted to send meanwhile may go. */
  private over(held: HeldDialog): void {
    held.refreshing = undefined;
    for (const go of held.afterRefresh.splice(0)) go();
  }

  private expired(held: HeldDialog): void {
    this.endings.bye(held, 'Session timer expired', 'session-expired');
  }
}

/** The end of a dialog: no timer fires for it, and a refresh under way is not waited for for ever. */
export function stopRefreshing(context: Context, held: HeldDialog): void {
  clearTimeout(held.timerDue);
  held.timer = undefined;
  const { refreshing } = held;
  held.refreshing = undefined;
  for (const go of held.afterRefresh.splice(0)) go();
  if (refreshing === undefined) return;
  setTimeout(() => refreshing.abandon(), giveUpMs(context.timing)).unref();
}

function hasOpenInvite(held: HeldDialog): boolean {
  for (const { request } of held.outgoing) if (request.method === 'INVITE') return true;
  for (const { request, transaction } of held.incoming) {
    if (request.method === 'INVITE' && !transaction.answered) return true;
  }
  return held.awaitingAck !== undefined;
}

function composeRefresh(held: HeldDialog, lines: string, flow: Flow): SipMessage | undefined {
  const { dialog } = held;
  if (dialog.requestUri === undefined) return undefined;
  const body = held.localSdp ?? '';
  const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
  const headers = `Contact: ${dialog.contact}\r\n${lines}${type}`;
  const cseq = ++dialog.localCseq;
  const branch = makeBranch();
  const text = composeDialogRequest(dialog, {
    method: 'INVITE',
    cseq,
    branch,
    flow,
    headers,
    body,
  });
  return parseMessage(text, true);
}
