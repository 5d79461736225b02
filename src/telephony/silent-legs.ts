/**
 * Legs whose far side may be gone without a word: nothing was received of it for a minute, and it does not
 * answer an OPTIONS in its dialog. Both together end a leg; a far side that is merely silent, or that has put
 * us on hold, answers and is asked again after the next minute of silence.
 */
import type { LegId } from '../domain/ids';
import type { Leg } from './legs';
import { byeLeg, type LineContext } from './line';
import { isGone } from './reinvite';

/** Times in milliseconds. */
export interface SilenceLimits {
  /** From the last packet, or the last answer. */
  afterMs: number;
  lookEveryMs: number;
}

/** A minute is longer than any pause of one who suppresses silence; the edge tells every 5 s of sound. */
const LIMITS: SilenceLimits = { afterMs: 60_000, lookEveryMs: 5000 };

export class SilentLegs {
  /** When something was known last of a far side, on the monotonic clock. */
  private readonly knownAt = new Map<LegId, number>();
  private readonly asked = new Set<LegId>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly context: LineContext,
    private readonly isUp: () => boolean,
    private readonly limits: SilenceLimits = LIMITS,
  ) {
    this.timer = setInterval(() => this.look(performance.now()), limits.lookEveryMs).unref();
  }

  /** Something was received of the leg's far side in the last seconds. */
  heard(legId: LegId): void {
    this.knownAt.set(legId, performance.now());
  }

  close(): void {
    clearInterval(this.timer);
  }

  private look(now: number): void {
    const legs = this.context.legs
      .all()
      .filter(({ state, dialog }) => dialog && state === 'answered');
    const living = new Set(legs.map(({ id }) => id));
    for (const id of this.knownAt.keys()) if (!living.has(id)) this.knownAt.delete(id);
    for (const leg of legs) {
      const since = this.knownAt.get(leg.id);
      if (since === undefined) this.knownAt.set(leg.id, now);
      else if (now - since >= this.limits.afterMs && !this.asked.has(leg.id)) void this.ask(leg);
    }
  }

  private async ask(leg: Leg): Promise<void> {
    if (!this.isUp() || !leg.dialog) return;
    const before = this.knownAt.get(leg.id);
    this.asked.add(leg.id);
    const answer = await leg.dialog
      .request({ method: 'OPTIONS', headers: { Accept: 'application/sdp' } })
      .catch(() => undefined);
    this.asked.delete(leg.id);
    // Without an answer the connection was cut, and nothing is known; with sound meanwhile, enough is.
    if (answer === undefined || leg.state === 'ended' || this.knownAt.get(leg.id) !== before)
      return;
    if (!isGone(answer)) return this.heard(leg.id);
    const { callId, id: legId } = leg;
    this.context.log.warn({ callId, legId, status: answer.status }, 'far side gone without a word');
    byeLeg(this.context, leg, 'unreachable');
  }
}
