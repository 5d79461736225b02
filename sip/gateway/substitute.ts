import { answerLines } from '../dialog/session-timer';
import { parseMessage, type SipMessage } from '../message/sip-message';
import { answerForAbsentApp, RETRY_AFTER } from './absence-policy';
import type { Answers } from './answers';
import type { Context } from './context';
import type { Endings } from './endings';
import { sdpIn, type HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import type { SessionRefresh } from './session-refresh';
import { endSubscription, subscriptionAfter } from './subscription/life';

/** INFOs kept for an absent app, and how long each may be: key presses, not files. */
const MOST_INFOS = 1000;
const MOST_INFO_BYTES = 2048;

/** Answers requests inside dialogs in the place of an app that is away. */
export class Substitute {
  constructor(
    private readonly context: Context,
    private readonly parts: { answers: Answers; endings: Endings; sessionRefresh: SessionRefresh },
  ) {}

  /** What absence-policy.ts decides for it. */
  answer(incoming: IncomingRequest, held: HeldDialog): void {
    const { request } = incoming;
    if (request.method === 'INFO') this.keepInfo(request, held);
    const sdp = sdpIn(request.body);
    const compared = sdp === undefined ? 'none' : sdp === held.remoteSdp ? 'same' : 'changed';
    const subscription = subscriptionAfter(request, held);
    const verdict = answerForAbsentApp({ method: request.method, sdp: compared, subscription });
    const body = verdict.withSdp ? (held.localSdp ?? '') : '';
    const type = body === '' ? '' : 'Content-Type: application/sdp\r\n';
    const refreshes = verdict.status === 200 && isTargetRefresh(request.method);
    const contact = refreshes ? `Contact: ${held.dialog.contact}\r\n` : '';
    const retry = verdict.retry ? RETRY_AFTER : '';
    const timer = refreshes ? answerLines(request, undefined, held.timer) : '';
    const headers = contact + timer + type + retry;
    const text = incoming.respond(verdict.status, { headers, body });
    if (refreshes) this.refreshed(incoming, held, { text, body });
    if (refreshes && request.method === 'INVITE') this.parts.answers.awaitAck(held, incoming, text);
    incoming.settle();
    if (verdict.ends) this.ended(held, request);
  }

  /** It cannot be decided now, and may matter: the app is told when it is back. */
  private keepInfo(info: SipMessage, { app, id: dialogId, note }: HeldDialog): void {
    const infos = app.untold.filter(({ event }) => event === 'dialog.info').length;
    if (app.name === undefined || infos >= MOST_INFOS || info.body.length > MOST_INFO_BYTES) return;
    const contentType = info.get('content-type') ?? '';
    const body = Buffer.from(info.body, 'latin1').toString('utf8');
    const receivedAt = this.context.now();
    app.untold.push({ event: 'dialog.info', dialogId, note, contentType, body, receivedAt });
  }

  private refreshed(
    incoming: IncomingRequest,
    held: HeldDialog,
    answer: { text: string; body: string },
  ): void {
    held.acceptChange(incoming, answer.body);
    this.context.dialogFile.keep(held);
    const sent = parseMessage(answer.text, true);
    if (sent !== undefined) this.parts.sessionRefresh.answered(held, sent, 'us');
  }

  private ended(held: HeldDialog, bye: SipMessage): void {
    if (held.usage === 'subscription') return endSubscription(this.context, held);
    this.context.cdrs?.released(held, 'them', bye);
    // The app may have seen the BYE and died over it; it is told all the same.
    if (held.dialog.state !== 'ended') this.parts.endings.forget(held);
    this.parts.endings.refusePending(held);
    this.parts.endings.endedUnseen(held, 'bye');
  }
}

function isTargetRefresh(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}
