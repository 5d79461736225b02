/**
 * How long received sound waits before it is played: as long as nearly all of the last packets were late,
 * 0 to 120 ms, so that those find their place in time. Pure: `now` is the monotonic clock in 8 kHz ticks,
 * `end` a timestamp of the sender at the end of a packet or frame.
 *
 * Lateness is counted from the least delayed packet of the last 2 to 4 s, whatever the two clocks say: one
 * that runs 200 ppm faster is followed as it drifts.
 */
import { timestampDistance } from './packet';

/** Longest wait for late packets: 120 ms. */
const LONGEST = 960;
/** Lateness is told apart in steps of 5 ms. */
const STEP = 40;
const STEPS = LONGEST / STEP;
/** So much of what the last packets showed must be waited for. */
const COVERED = 0.98;
/** Weight that a packet keeps with each that follows: half of it after 3 s. */
const MEMORY = 0.995;
/** On top of the lateness seen: 10 ms for the pacing of our own frames. */
const MARGIN = 80;
/** The least lateness is sought in two stretches of 2 s. */
const STRETCH = 16_000;
/** A wait that is too short by less is left alone; so is one too long by less than a frame. */
const TOO_SHORT = 80;
const TOO_LONG = 160;
/** A wait that is this much too long is shortened in the middle of a word: 60 ms; at once: 200 ms. */
const MUCH_TOO_LONG = 480;
const FAR_TOO_LONG = 1600;
/** The wait counts as too long when it was so in each of 50 frames. */
const WATCHED_FRAMES = 50;
/** Seconds that a pause is waited for before it is shortened in the middle of a word. */
const PATIENCE = 5;

export class PlayoutDelay {
  private readonly weights = new Float64Array(STEPS);
  private known = false;
  /** Lateness of the first packet; all others are counted from it, as it may be any number. */
  private origin = 0;
  private least = 0;
  private leastBefore = 0;
  private stretchSince = 0;
  private covered = STEP;
  /** What a packet holds back until it is whole: its duration. */
  private packetTime = 0;
  private watched = 0;
  private leastWait = Number.POSITIVE_INFINITY;
  private excess = 0;
  private patience = 0;

  /** Wait beyond the least delayed packet and the duration of one, in ticks: 0 to 960. */
  get target(): number {
    return Math.min(LONGEST, this.covered + MARGIN);
  }

  /** Another sender: nothing is known of it. What the network does is remembered. */
  restart(): void {
    this.known = false;
    this.moved();
  }

  /** A packet of `samples` came. */
  arrived(end: number, samples: number, now: number): void {
    const lateness = timestampDistance(end, now);
    if (!this.known) {
      this.known = true;
      this.origin = lateness;
      this.least = 0;
      this.leastBefore = 0;
      this.stretchSince = now;
    }
    this.packetTime = samples;
    const relative = (lateness - this.origin) | 0;
    if (timestampDistance(this.stretchSince, now) >= STRETCH) {
      this.leastBefore = this.least;
      this.least = relative;
      this.stretchSince = now;
    }
    this.least = Math.min(this.least, relative);
    this.remember(relative - this.base);
  }

  /** How much later than the least delayed packet; negative when it is earlier than all. */
  strayed(end: number, now: number): number {
    return ((timestampDistance(end, now) - this.origin) | 0) - this.base;
  }

  /** Up to which timestamp the sound may be played by now. */
  position(now: number): number {
    return (now - this.origin - this.base - this.wait) | 0;
  }

  /**
   * By how many samples the place of the next frame, which ends at `end`, is to be moved: forward when
   * sound waits too long, back when too shortly, mostly 0. `quiet`: nothing is said in that frame.
   */
  correction(end: number, now: number, quiet: boolean): number {
    const waiting = this.strayed(end, now);
    if (waiting < this.wait - TOO_SHORT) return waiting - this.wait;
    if (waiting > this.wait + FAR_TOO_LONG) return waiting - this.wait;
    this.watch(waiting);
    if (this.excess === 0) return 0;
    const due = quiet || this.excess >= MUCH_TOO_LONG || this.patience >= PATIENCE;
    return due ? this.excess : 0;
  }

  /** The place was moved: what was watched until now says nothing any more. */
  moved(): void {
    this.watched = 0;
    this.leastWait = Number.POSITIVE_INFINITY;
    this.excess = 0;
    this.patience = 0;
  }

  private get base(): number {
    return Math.min(this.least, this.leastBefore);
  }

  private get wait(): number {
    return this.target + this.packetTime;
  }

  private remember(lateness: number): void {
    const { weights } = this;
    let total = 0;
    for (let i = 0; i < STEPS; i++) total += weights[i] = (weights[i] as number) * MEMORY;
    const step = Math.min(STEPS - 1, Math.floor(lateness / STEP));
    weights[step] = (weights[step] as number) + 1;
    let uncovered = (total + 1) * (1 - COVERED);
    let last = STEPS;
    while (last > 1 && uncovered >= (weights[last - 1] as number)) {
      uncovered -= weights[last - 1] as number;
      last -= 1;
    }
    this.covered = last * STEP;
  }

  private watch(waiting: number): void {
    this.leastWait = Math.min(this.leastWait, waiting);
    this.watched += 1;
    if (this.watched < WATCHED_FRAMES) return;
    const excess = this.leastWait - this.wait;
    this.excess = excess >= TOO_LONG ? excess : 0;
    this.patience = this.excess > 0 ? this.patience + 1 : 0;
    this.watched = 0;
    this.leastWait = Number.POSITIVE_INFINITY;
  }
}
