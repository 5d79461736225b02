import type { App } from './app';
import type { AnswerAlone } from './alone/answer-alone';
import type { Context } from './context';
import type { IncomingRequest } from './incoming-request';

/** Who waits in line hears that it rings, from then on. */
const RINGS_AFTER_MS = 2000;
const LOOK_EVERY_MS = 20;
/** From his arrival; then the app is as good as away (architecture: never busy). */
const SERVED_ALONE_AFTER_MS = 20_000;

/**
 * The door to an app: new INVITEs pass while it keeps up, else they wait in order, in a line that has an
 * end. Nothing else is ever held up here: a BYE, an ACK or an answer on its way makes room.
 */
export class Admission {
  private readonly watched = new Set<App>();
  private watch: NodeJS.Timeout | undefined;

  constructor(
    private readonly context: Context,
    private readonly parts: {
      alone: AnswerAlone;
      deliver: (incoming: IncomingRequest, app: App) => void;
    },
  ) {}

  /** To the app now, or as soon as it can take it; refused when even the line is full (ladder, 6). */
  admit(incoming: IncomingRequest, app: App): void {
    if (app.line.length === 0 && !app.progress.isBehind(performance.now())) {
      return this.pass(incoming, app);
    }
    if (!app.line.join(incoming)) return void this.parts.alone.turnAway(incoming, app);
    incoming.app = app;
    this.context.incoming.set(incoming.id, incoming);
    this.context.counters.stoodInLine++;
    incoming.expiry = setTimeout(() => this.ring(incoming, app), RINGS_AFTER_MS);
    this.watched.add(app);
    this.watch ??= setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  /** The app gave its first response. */
  answered(incoming: IncomingRequest, app: App): void {
    app.progress.answered(incoming.id, performance.now());
    this.letIn(app);
  }

  /** The caller gave up. True when he stood in line, so that the app never knew of him. */
  gaveUp(incoming: IncomingRequest): boolean {
    const { app } = incoming;
    if (app?.line.leave(incoming) !== true) return false;
    this.parts.alone.gaveUp(incoming, app);
    return true;
  }

  close(): void {
    clearInterval(this.watch);
  }

  /** Calls that end without any answer make room as well, and nobody tells of them. */
  private look(): void {
    for (const app of this.watched) {
      this.letIn(app);
      if (app.line.length === 0) this.watched.delete(app);
    }
    if (this.watched.size > 0) return;
    clearInterval(this.watch);
    this.watch = undefined;
  }

  private pass(incoming: IncomingRequest, app: App): void {
    this.parts.deliver(incoming, app);
    app.progress.delivered(incoming.id, performance.now());
  }

  private letIn(app: App): void {
    while (app.line.length > 0 && !app.progress.isBehind(performance.now())) {
      const next = app.line.next();
      if (next !== undefined && !next.transaction.answered) this.pass(next, app);
    }
  }

  private ring(incoming: IncomingRequest, app: App): void {
    incoming.ring();
    const waited = this.context.now() - incoming.arrivedAt;
    incoming.expiry = setTimeout(
      () => {
        if (!app.line.leave(incoming)) return;
        this.context.incoming.delete(incoming.id);
        this.parts.alone.serve(incoming, app);
      },
      Math.max(0, SERVED_ALONE_AFTER_MS - waited),
    );
  }
}
