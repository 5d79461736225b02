/**
 * The one pacemaker of a media worker: calls its listener once per 20 ms frame. Late wake-ups are
 * caught up, so that on average exactly 50 frames a second are sent; after a longer stall the lost
 * frames are given up, because a burst would only overflow the far side's jitter buffer.
 */

/** One frame of sound, in milliseconds. */
export const FRAME_MS = 20;
/** Frames made up for after a late wake-up; three fill a common jitter buffer of 60 ms. */
const MAX_CATCH_UP = 3;

export class Ticker {
  private timer: NodeJS.Timeout | null = null;
  private nextAt = 0;
  private wakes = 0;
  private lateMs = 0;

  /** `onFrame(resumed)`: `resumed` is true for the first frame after some were given up. */
  constructor(private readonly onFrame: (resumed: boolean) => void) {}

  start(): void {
    this.nextAt = performance.now() + FRAME_MS;
    this.timer = setTimeout(this.wake, FRAME_MS);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Mean lateness of its wake-ups since this was asked before, in milliseconds; 0 for none. */
  takeLateness(): number {
    const mean = this.wakes === 0 ? 0 : this.lateMs / this.wakes;
    this.wakes = 0;
    this.lateMs = 0;
    return mean;
  }

  private readonly wake = (): void => {
    const now = performance.now();
    this.wakes += 1;
    this.lateMs += Math.max(0, now - this.nextAt);
    const due = Math.floor((now - this.nextAt) / FRAME_MS) + 1;
    const resumed = due > MAX_CATCH_UP;
    if (resumed) this.nextAt = now;
    for (let frame = resumed ? 1 : due; frame > 0; frame--) {
      this.nextAt += FRAME_MS;
      this.onFrame(resumed);
    }
    this.timer = setTimeout(this.wake, Math.max(1, this.nextAt - performance.now()));
  };
}
