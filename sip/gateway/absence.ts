import {
  answerForAbsentApp,
  isOverdue,
  mustEnd,
  RETRY_AFTER,
  type OrphanLimits,
} from './absence-policy';
import { answerLines } from '../dialog/session-timer';
import { parseMessage, type SipMessage } from '../message/sip-message';
import type { HotlineList } from '../control/ports';
import type { AnswerAlone } from './alone/answer-alone';
import type { Answers } from './answers';
import { App } from './app';
import type { Cancels } from './cancels';
import type { Context } from './context';
import type { Endings } from './endings';
import { sdpIn, type HeldDialog } from './held-dialog';
import type { IncomingRequest } from './incoming-request';
import type { SessionRefresh } from './session-refresh';
import type { Successes } from './successes';
import { endSubscription, subscriptionAfter } from './subscription/life';

/** How long an unanswered INVITE waits for its app to come back (architecture: never busy). */
const WAIT_FOR_APP_MS = 20_000;
const SWEEP_EVERY_MS = 500;
/** INFOs kept for an absent app, and how long each may be: key presses, not files. */
const MOST_INFOS = 1000;
const MOST_INFO_BYTES = 2048;

/** What a named app of ours takes, until it says so itself. */
const EXPECTED_VERBS = ['invite', 'register', 'options'];

export interface AbsenceLimits extends OrphanLimits {
  /** The 20 s, unless a test is in a hurry. */
  waitForAppMs?: number | undefined;
}

/**
 * Life without an app. An app with a name keeps its dialogs and unanswered INVITEs while its
 * connection is gone; what would need its decision is put off, and nobody's talk is cut.
 *
 *   lost:      own INVITEs cancelled, their 200s acknowledged, requests answered, dialogs detached
 *   back:      waiting INVITEs are delivered anew as soon as it registers for them
 *   reattached: ends it missed are told, dialogs are its own again
 */
export class Absence {
  private sweeper: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly context: Context,
    /** By name; those whose dialogs an edge before this one left behind are there already. */
    private readonly apps: Map<string, App>,
    private readonly limits: AbsenceLimits,
    private readonly parts: {
      answers: Answers;
      endings: Endings;
      cancels: Cancels;
      sessionRefresh: SessionRefresh;
      successes: Successes;
      alone: AnswerAlone;
    },
  ) {}

  /** The app of that name, made on its first visit. */
  named(name: string, make: () => App): App {
    const known = this.apps.get(name);
    if (known !== undefined) return known;
    const app = make();
    this.apps.set(name, app);
    return app;
  }

  find(name: string): App | undefined {
    return this.apps.get(name);
  }

  /**
   * The app, if any, that used to take requests of this method and is not registered for it now: it is
   * away, or has come back and not said so yet.
   */
  whoWouldTake(verb: string): App | undefined {
    for (const app of this.apps.values()) if (app.verbs.has(verb)) return app;
    return undefined;
  }

  /** Its connection is gone, or another took its place. */
  lost(app: App): void {
    app.lostAt = this.context.now();
    for (const held of [...app.dialogs]) {
      held.attached = false;
      held.alone = undefined;
      this.parts.successes.leftBehind(held);
    }
    for (const outgoing of app.outgoing) {
      const newInvite = outgoing.request.method === 'INVITE' && outgoing.held === undefined;
      if (newInvite) this.parts.cancels.cancel(outgoing);
    }
    for (const incoming of [...app.incoming]) this.abandoned(incoming, app);
    for (let next = app.line.next(); next !== undefined; next = app.line.next()) {
      this.context.incoming.delete(next.id);
      this.wait(next, app);
    }
    app.progress.forget();
    this.parts.alone.appGone(app);
    if (!this.closed) this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  /** It is here again. An app without control cannot say more, so its dialogs are taken as alive. */
  back(app: App): void {
    if (!app.usesControl) this.resume(app);
  }

  /** It has rebuilt its dialogs and may be told what it missed. */
  reattached(app: App): void {
    if (app.present) this.resume(app);
    const { name } = app;
    if (name === undefined) return;
    for (const event of app.untold.splice(0)) this.context.control?.tellApp(name, event);
    this.parts.alone.tell(app);
  }

  /** Keeps the INVITE for its app, at most 20 s from its arrival; then the edge serves it alone. */
  wait(incoming: IncomingRequest, app: App): void {
    incoming.app = app;
    app.waiting.add(incoming);
    this.parts.alone.ring(incoming, app);
    clearTimeout(incoming.expiry);
    const waited = this.context.now() - incoming.arrivedAt;
    incoming.expiry = setTimeout(
      () => {
        app.waiting.delete(incoming);
        this.parts.alone.serve(incoming, app);
      },
      Math.max(0, (this.limits.waitForAppMs ?? WAIT_FOR_APP_MS) - waited),
    );
  }

  /** The caller gave up. True when he waited for an app, which is told when it is back. */
  stopWaiting(incoming: IncomingRequest): boolean {
    const { app } = incoming;
    if (app?.waiting.delete(incoming) !== true) return false;
    this.parts.alone.gaveUp(incoming, app);
    return true;
  }

  /** The edge has just started and its disk names this app, which has not come yet. */
  expect(name: string, hotlines?: HotlineList): void {
    const app = this.named(name, () => new App(name, this.context.lineLimit));
    app.hotlines = hotlines ?? app.hotlines;
    this.parts.alone.know(app);
    app.lostAt = this.context.now();
    for (const verb of EXPECTED_VERBS) app.verbs.add(verb);
    this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  /** True when its callers are served without it. */
  canServe(app: App): boolean {
    return this.parts.alone.canServe(app);
  }

  /** INVITEs that waited for this app; they wait no longer. */
  takeWaiting(app: App): IncomingRequest[] {
    const waiting = [...app.waiting];
    app.waiting.clear();
    return waiting;
  }

  /** Answers a request inside a dialog in the app's place. */
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

  /** Apps whose connections end with the engine's own are not waited for. */
  close(): void {
    this.closed = true;
    clearInterval(this.sweeper);
    this.parts.alone.close();
    for (const app of this.apps.values()) {
      for (const incoming of app.waiting) clearTimeout(incoming.expiry);
    }
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

  /** A request the app had and did not answer. */
  private abandoned(incoming: IncomingRequest, app: App): void {
    const { held } = incoming;
    this.context.incoming.delete(incoming.id);
    incoming.settle();
    if (incoming.transaction.answered) return;
    if (incoming.request.method === 'INVITE' && incoming.toTag !== '') {
      // Its early dialog is made anew by the next answer, with the same tag.
      if (held !== undefined) this.parts.endings.forget(held);
      incoming.held = undefined;
      this.wait(incoming, app);
    } else if (held !== undefined) this.answer(incoming, held);
    else incoming.respond(503, { headers: RETRY_AFTER });
  }

  private resume(app: App): void {
    app.lostAt = undefined;
    for (const held of app.dialogs) held.attached = true;
  }

  private sweep(): void {
    const now = this.context.now();
    let absent = 0;
    for (const app of this.apps.values()) {
      if (app.lostAt === undefined) continue;
      absent++;
      for (const held of [...app.dialogs]) this.check(held, app.lostAt, now);
      this.forgetLongGone(app, app.lostAt, now);
    }
    if (absent > 0) return;
    clearInterval(this.sweeper);
    this.sweeper = undefined;
  }

  private check(held: HeldDialog, lostAt: number, now: number): void {
    // A subscription has nobody to be told, and ends by its own time.
    if (held.attached || held.usage !== 'invite') return;
    if (held.isLeaving || held.dialog.state !== 'confirmed') return;
    const bridged = this.isBridged(held);
    held.alone = bridged ? undefined : (held.alone ?? now);
    const orphan = { lostAt, alone: held.alone, now };
    if (held.farewell || !mustEnd(orphan, this.limits)) return;
    const mayBeTold = !bridged && !isOverdue(orphan, this.limits);
    if (mayBeTold && this.parts.alone.farewell(held, held.app)) return;
    this.parts.endings.bye(held, 'Application gone', 'orphan-limit');
  }

  private isBridged({ session, endpoint }: HeldDialog): boolean {
    if (session === undefined || endpoint === undefined) return false;
    return this.context.control?.media.isBridged(session, endpoint) ?? false;
  }

  /** A name that nobody came back under is not kept for ever. */
  private forgetLongGone(app: App, lostAt: number, now: number): void {
    // Whose hotlines are known is expected back, however long it takes.
    if (app.hotlines.hotlines.length > 0) return;
    const idle = !app.present && app.dialogs.size === 0 && app.waiting.size === 0;
    if (!idle || app.name === undefined || now - lostAt < this.limits.orphanLimitMs) return;
    this.apps.delete(app.name);
  }
}

function isTargetRefresh(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}
