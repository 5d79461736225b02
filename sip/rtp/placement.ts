/**
 * Decides where the samples of one sender belong on a recording's timeline: by their RTP timestamps,
 * tied to the monotonic clock of the edge, so that loss becomes silence and both sides of a talk stay
 * aligned. Pure: `now` is the position of the clock on the timeline, in samples (8 kHz).
 *
 * The tie is the least delayed packet: jitter can only make packets late, so the smallest lateness of
 * a window shows how far the sender's clock has drifted from ours. That is taken out where nothing is
 * said, by samples inserted or dropped, so that an hour ends less than 20 ms askew; in the middle of speech
 * only when it is more.
 */
import { timestampDistance } from './packet';

/** Farther from the clock than this the sender has jumped, not jittered: 1 s. */
const JUMP = 8000;
/** Farther than this it is another clock, and no correction of the one before: 10 s. */
const ANEW = 80_000;
/** Drift that is left alone while somebody speaks: 30 ms. More would be heard as an echo. */
const TOLERATED_DRIFT = 240;
/** Drift that is left alone in silence too: 10 ms. Less would chase jitter. */
const TOLERATED_IN_SILENCE = 80;
/** The same in the first 300 ms: 5 ms. A start is corrected while nothing was said yet. */
const TOLERATED_AT_START = 40;
const START = 2400;

export class Placement {
  /** A packet was placed: until then there is no sender, whatever `ssrc` holds. */
  private known = false;
  private ssrc = 0;
  /** Position and timestamp of the newest packet, by which all are placed. */
  private position = 0;
  private timestamp = 0;
  private leastLateness = Number.POSITIVE_INFINITY;
  private tolerated = TOLERATED_AT_START;
  private startedAt = 0;
  /** Drift to be taken out in the next silence. */
  private owed = 0;
  /** Taken out since the newest packet was placed. */
  private pending = 0;
  /** Where the newest packet ends. */
  private end = 0;
  /** The last one that was taken out, and the timestamp of the first packet after it. */
  private moved = 0;
  private movedFrom = 0;

  /** By how much the packet just placed, and all after it, are moved against those before it; mostly 0. */
  correction = 0;
  /** Where what was placed before that ends. */
  correctedAt = 0;

  /** There is something for `correct` to do. */
  get owes(): boolean {
    return this.owed !== 0;
  }

  /** Nothing is said now: what follows has its right place. */
  correct(): void {
    this.position += this.owed;
    this.pending += this.owed;
    this.leastLateness -= this.owed;
    this.owed = 0;
  }

  /**
   * Position of the packet's first sample; negative for what was spoken before the recording began.
   * A packet is taken to end now when its sender is new or has jumped.
   */
  place(ssrc: number, timestamp: number, samples: number, now: number): number {
    const step = timestampDistance(this.timestamp, timestamp);
    const position = this.position + step;
    const lateness = now - samples - position;
    this.correction = 0;
    if (!this.known || ssrc !== this.ssrc || Math.abs(lateness) > JUMP) {
      const goesOn = this.known && ssrc === this.ssrc && Math.abs(lateness) <= ANEW;
      this.known = true;
      this.ssrc = ssrc;
      this.tolerated = TOLERATED_AT_START;
      this.startedAt = now;
      return this.retie(now - samples, timestamp, samples, goesOn ? lateness : null);
    }
    if (step < 0) return position - this.movedSince(timestamp);
    if (now - this.startedAt > START) this.tolerated = TOLERATED_DRIFT;
    // Nothing comes before it was spoken: the packet we tied to was late itself.
    if (lateness < -this.tolerated) {
      return this.retie(now - samples, timestamp, samples, lateness);
    }
    if (lateness < this.leastLateness) this.leastLateness = lateness;
    return this.tie(position, timestamp, samples);
  }

  /** One that was overtaken lies where its neighbours do, which were placed before the last correction. */
  private movedSince(timestamp: number): number {
    if (this.pending !== 0) return this.pending;
    return timestampDistance(this.movedFrom, timestamp) < 0 ? this.moved : 0;
  }

  /** Once per window of writing: takes out the drift that the window showed. */
  settle(): void {
    const drift = this.leastLateness;
    this.leastLateness = Number.POSITIVE_INFINITY;
    if (!Number.isFinite(drift)) return;
    this.tolerated = TOLERATED_DRIFT;
    this.owed = Math.abs(drift) > TOLERATED_IN_SILENCE ? drift : 0;
    if (Math.abs(drift) > TOLERATED_DRIFT) this.correct();
  }

  /** `lateness`: of the packet by the tie before; null when its sender begins anew and has none. */
  private retie(
    position: number,
    timestamp: number,
    samples: number,
    lateness: number | null,
  ): number {
    this.leastLateness = 0;
    this.owed = 0;
    this.pending = lateness === null ? 0 : this.pending + lateness;
    if (lateness === null) this.moved = 0;
    return this.tie(position, timestamp, samples);
  }

  private tie(position: number, timestamp: number, samples: number): number {
    if (this.pending !== 0) {
      this.correction = this.moved = this.pending;
      this.correctedAt = this.end;
      this.movedFrom = timestamp;
      this.pending = 0;
    }
    this.position = position;
    this.timestamp = timestamp;
    this.end = position + samples;
    return position;
  }
}
