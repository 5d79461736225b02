/**
 * A stream that is made by the server and not relayed: what of it is missing, and how late its frames
 * come against a steady clock. RTP timestamps say when a frame was due, also across frames that were
 * never sent; the earliest packet says when the clock began.
 */
const SAMPLES = 160;
const SAMPLES_PER_MS = 8;
const FRAME_MS = SAMPLES / SAMPLES_PER_MS;
/** A stream that was silent for so long has ended. */
const ENDED_AFTER_MS = 100;

export class SteadyStream {
  received = 0;
  private epoch = 0;
  private latest = 0;
  /** Arrival minus due time of the earliest packet. */
  private base = Number.POSITIVE_INFINITY;
  private first = 0;
  private lastAt = 0;
  private last: number | null = null;

  /** Notes a packet; how late it came, in milliseconds. */
  arrive(timestamp: number, now: number): number {
    if (timestamp < this.latest && this.latest - timestamp > 2 ** 31) this.epoch += 2 ** 32;
    this.latest = timestamp;
    const at = this.epoch + timestamp;
    if (this.received === 0) this.first = at;
    this.received += 1;
    this.last = at;
    this.lastAt = now;
    const distance = now - at / SAMPLES_PER_MS;
    this.base = Math.min(this.base, distance);
    return distance - this.base;
  }

  /** Counts from here on. A jitter buffer got used to shifts before. */
  restart(): void {
    this.base = Number.POSITIVE_INFINITY;
    this.received = 0;
    this.last = null;
  }

  /** Frames that were due in the `windowMs` that end `now`. */
  expected(now: number, windowMs: number): number {
    if (this.last === null) return Math.round(windowMs / FRAME_MS);
    const silent = now - this.lastAt;
    const due = (this.last - this.first) / SAMPLES + 1;
    return due + (silent > ENDED_AFTER_MS ? Math.floor(silent / FRAME_MS) : 0);
  }
}
