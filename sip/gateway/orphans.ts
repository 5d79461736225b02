import type { AnswerAlone } from './alone/answer-alone';
import { isOverdue, mustEnd, type OrphanLimits } from './absence-policy';
import type { App } from './app';
import type { Context } from './context';
import type { Endings } from './endings';
import type { HeldDialog } from './held-dialog';

const SWEEP_EVERY_MS = 500;

/** The dialogs of absent apps: looked at now and then, and ended when nobody has come back in time. */
export class Orphans {
  private sweeper: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly context: Context,
    /** By name. */
    private readonly apps: Map<string, App>,
    private readonly limits: OrphanLimits,
    private readonly parts: { endings: Endings; alone: AnswerAlone },
  ) {}

  /** Some app is away. */
  watch(): void {
    if (!this.closed) this.sweeper ??= setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  close(): void {
    this.closed = true;
    clearInterval(this.sweeper);
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
