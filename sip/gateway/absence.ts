import { RETRY_AFTER, type OrphanLimits } from './absence-policy';
import type { HotlineList } from '../control/ports';
import type { AnswerAlone } from './alone/answer-alone';
import { App } from './app';
import type { Cancels } from './cancels';
import type { Context } from './context';
import type { Endings } from './endings';
import type { IncomingRequest } from './incoming-request';
import { Orphans } from './orphans';
import type { Substitute } from './substitute';
import type { Successes } from './successes';

/** How long an unanswered INVITE waits for its app to come back (architecture: never busy). */
const WAIT_FOR_APP_MS = 20_000;
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
  private readonly orphans: Orphans;

  constructor(
    private readonly context: Context,
    /** By name; those whose dialogs an edge before this one left behind are there already. */
    private readonly apps: Map<string, App>,
    private readonly limits: AbsenceLimits,
    private readonly parts: {
      endings: Endings;
      cancels: Cancels;
      successes: Successes;
      alone: AnswerAlone;
      substitute: Substitute;
    },
  ) {
    this.orphans = new Orphans(context, apps, limits, parts);
  }

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
    this.orphans.watch();
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
    this.orphans.watch();
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

  /** Apps whose connections end with the engine's own are not waited for. */
  close(): void {
    this.orphans.close();
    this.parts.alone.close();
    for (const app of this.apps.values()) {
      for (const incoming of app.waiting) clearTimeout(incoming.expiry);
    }
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
    } else if (held !== undefined) this.parts.substitute.answer(incoming, held);
    else incoming.respond(503, { headers: RETRY_AFTER });
  }

  private resume(app: App): void {
    app.lostAt = undefined;
    for (const held of app.dialogs) held.attached = true;
  }
}
