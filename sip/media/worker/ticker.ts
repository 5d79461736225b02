/**
 * The one pacemaker of a media worker: calls its listener once per 20 ms frame. Late wake-ups are
 * caught up, so that on average exactly 50 frames a second are sent; after a longer stall the lost
 * frames are given up, because a burst would only overflow the far side's jitter buffer.
 *
 * While nobody is on the line it rests: no frames, and few wake-ups, which still tell how late the machine lets us be.
 */

/** One frame of sound, in milliseconds. */
export const FRAME_MS = 20;
/** Frames made up for after a late wake-up; three fill a common jitter buffer of 60 ms. */
const MAX_CATCH_UP = 3;
/** Between wake-ups while it rests. */
const REST_MS = 200;

export class Ticker {
  private timer: NodeJS.Timeout | null = null;
  private resting = false;
  private nextAt = 0;
  private wakes = 0;
  private lateMs = 0;

  /** `onFrame(resumed)`: `resumed` is true for the first frame after some were given up. */
  constructor(private readonly onFrame: (resumed: boolean) => void) {}

  /** Resting, until `go`. */
  start(): void {
    this.rest();
  }

  /** The next frame comes in 20 ms, and then one after the other. Does nothing while they come. */
  go(): void {
    if (!this.resting) return;
    this.resting = false;
    this.wakeIn(FRAME_MS);
  }

  /** No frame until `go`. */
  rest(): void {
    this.resting = true;
    this.wakeIn(REST_MS);
  }

  stop(): void {
    this.resting = false;
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
    if (this.resting) return this.wakeIn(REST_MS);
    const due = Math.floor((now - this.nextAt) / FRAME_MS) + 1;
    const resumed = due > MAX_CATCH_UP;
    if (resumed) this.nextAt = now;
    for (let frame = resumed ? 1 : due; frame > 0; frame--) {
      this.nextAt += FRAME_MS;
      this.onFrame(resumed);
    }
    this.timer = setTimeout(this.wake, Math.max(1, this.nextAt - performance.now()));
  };

  private wakeIn(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.nextAt = performance.now() + ms;
    this.timer = setTimeout(this.wake, ms);
  }
}
