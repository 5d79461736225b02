/**
 * Turns packets of one sender, as the network delivers them, into a frame of 160 samples (20 ms at 8 kHz)
 * whenever one is asked for. Samples are kept by their RTP timestamps, so reordering, copies and packet
 * times of 10 to 60 ms need no care; what is missing is concealed, or comfort noise where the sender said
 * that it falls silent (RFC 3389). Pure: `now` is the monotonic clock in 8 kHz ticks.
 *
 *     empty --packet--> tied to the clock --frame--> playing --other SSRC, or a jump--> tied anew
 *
 * How long sound waits follows the network (playout-delay.ts). A change of it skips or repeats a stretch
 * and blends over 10 ms, in silence where there is one.
 */
import { ComfortNoise } from './comfort-noise';
import { LossConcealment } from './loss-concealment';
import { PlayoutDelay } from './playout-delay';
import { timestampDistance } from './packet';

const RATE = 8000;
/** Samples of one frame. */
export const FRAME = 160;
/** What is present or missing is decided in halves of a frame: 10 ms, the shortest packet. */
const HALF = 80;
/** The stretch that is remembered: 1.024 s, a power of two. */
const KEPT = 8192;
const MASK = KEPT - 1;
/** Farther from its place than this the sender has jumped, not jittered: 0.5 s. */
const JUMP = 4000;
/** So many packets in a row that came too late to be heard: the sender's clock stood still. */
const LATE_IN_A_ROW = 5;
/** Blend where a stretch is skipped or repeated. */
const BLEND = 80;
/** A mean level below this is a pause between words. */
const QUIET = 200;
/** While a wait builds up no word is to sink: as long as packets of 20 ms in a calm network need. */
const HELD_MS = 40;
/** Sound that a concealment is made from: 60 ms. */
const HISTORY = 480;

export class JitterBuffer {
  /** Packets that came when their place had been played. */
  late = 0;
  /** Packets that were there already. */
  copies = 0;
  /** Halves of frames that were made up; those before the first packet do not count. */
  concealed = 0;
  private readonly samples = new Int16Array(KEPT);
  private readonly present = new Uint8Array(KEPT);
  private readonly delay = new PlayoutDelay();
  private readonly half = new Int16Array(HALF);
  private ssrc = 0;
  /** False until a packet came. */
  private known = false;
  /** End of the newest sound, as a timestamp of the sender. */
  private newest = 0;
  /** The next sample to play; meaningless until `playing`. */
  private cursor = 0;
  private playing = false;
  /** Nothing before this timestamp is played. */
  private barrier = 0;
  private lateInARow = 0;
  private readonly concealment = new LossConcealment(RATE);
  private readonly noise: ComfortNoise;
  /** The sender is silent from `quietFrom` on. */
  private quiet = false;
  private quietFrom = 0;

  /** The same seed makes the same comfort noise. */
  constructor(seed = 1) {
    this.noise = new ComfortNoise(seed);
  }

  /** How long sound waits at present beyond the network's shortest way, in ticks: 0 to 960. */
  get target(): number {
    return this.delay.target;
  }

  /** Takes `sound[start..end)`: bytes of a law, one sample each through `toLinear`, or samples without it. */
  put(
    packet: { ssrc: number; timestamp: number },
    sound: Uint8Array | Int16Array,
    [start, end]: readonly [number, number],
    toLinear: Int16Array | null,
    now: number,
  ): void {
    const count = end - start;
    if (count <= 0 || count > KEPT / 2) return;
    const { ssrc, timestamp } = packet;
    if (!this.known || ssrc !== this.ssrc || this.hasJumped(timestamp, count, now)) {
      this.begin(ssrc, timestamp);
    } else if (this.has(timestamp)) {
      this.copies += 1;
      return;
    }
    this.delay.arrived(timestamp + count, count, now);
    this.watchLateness(timestamp, count);
    this.store(timestamp, sound, start, count, toLinear);
  }

  /** The sender is silent from this packet's timestamp on; `bytes[start..end)` tells how (RFC 3389). */
  hush(
    packet: { ssrc: number; timestamp: number },
    bytes: Uint8Array,
    start: number,
    end: number,
  ): void {
    const isKnown = this.known && packet.ssrc === this.ssrc;
    this.quietFrom = isKnown ? packet.timestamp : this.newest;
    this.quiet = true;
    this.noise.update(bytes, start, end);
  }

  /** Fills `out` with the next 20 ms. */
  pull(out: Int16Array, now: number): void {
    if (!this.known) return this.makeUp(out, FRAME, this.cursor);
    if (this.playing) this.adapt(now);
    else this.play(this.delay.position(now) - FRAME);
    this.read(out);
    this.cursor = (this.cursor + FRAME) | 0;
  }

  /**
   * What came so far was heard by another way: goes on behind it, with made-up sound for as long as the
   * delay needs to build up.
   */
  skipHeard(): void {
    if (!this.known) return;
    this.barrier = this.newest;
    const history = new Int16Array(HISTORY);
    for (let i = 0; i < HISTORY; i++) history[i] = this.at((this.newest - HISTORY + i) | 0);
    this.concealment.received(history, HISTORY);
    this.concealment.hold(HELD_MS);
  }

  /** How many frames `drain` would give, at most `most`. */
  remaining(most: number): number {
    if (!this.playing) return 0;
    const left = timestampDistance(this.cursor, this.newest);
    return Math.min(most, Math.max(0, Math.ceil(left / FRAME)));
  }

  /** The rest is to be played in `frames` pulls by `drain`: joins them to what was heard. */
  beginDrain(frames: number): void {
    this.moveTo((this.newest - frames * FRAME) | 0);
  }

  /** Fills `out` with the next 20 ms without a look at the clock. */
  drain(out: Int16Array): void {
    this.read(out);
    this.cursor = (this.cursor + FRAME) | 0;
  }

  private begin(ssrc: number, timestamp: number): void {
    this.ssrc = ssrc;
    this.known = true;
    this.playing = false;
    this.newest = timestamp;
    this.barrier = timestamp;
    this.lateInARow = 0;
    this.present.fill(0);
    this.delay.restart();
  }

  private hasJumped(timestamp: number, count: number, now: number): boolean {
    if (this.lateInARow >= LATE_IN_A_ROW) return true;
    return Math.abs(this.delay.strayed((timestamp + count) | 0, now)) > JUMP;
  }

  private watchLateness(timestamp: number, count: number): void {
    const end = (timestamp + count) | 0;
    if (!this.playing || timestampDistance(this.cursor, end) > 0) {
      this.lateInARow = 0;
      return;
    }
    this.late += 1;
    // Late among packets that were in time is reordering; nothing but late ones is a clock that stood.
    if (timestampDistance(this.newest, end) > 0) this.lateInARow += 1;
  }

  private store(
    timestamp: number,
    sound: Uint8Array | Int16Array,
    start: number,
    count: number,
    toLinear: Int16Array | null,
  ): void {
    const end = (timestamp + count) | 0;
    if (timestampDistance(end, this.newest) > KEPT / 2) return;
    const gap = timestampDistance(this.newest, timestamp);
    if (gap >= KEPT) this.present.fill(0);
    else for (let i = 0; i < gap; i++) this.present[(this.newest + i) & MASK] = 0;
    for (let i = 0; i < count; i++) {
      const at = (timestamp + i) & MASK;
      const one = sound[start + i] as number;
      this.samples[at] = toLinear === null ? one : (toLinear[one] as number);
      this.present[at] = 1;
    }
    if (timestampDistance(this.newest, end) > 0) this.newest = end;
  }

  /** Moves the cursor when sound waits too long or too shortly by now. */
  private adapt(now: number): void {
    const ready = timestampDistance(this.cursor, this.newest) >= FRAME;
    const by = this.delay.correction((this.cursor + FRAME) | 0, now, ready && this.isQuiet());
    if (by !== 0) this.moveTo((this.cursor + by) | 0);
  }

  private play(from: number): void {
    this.cursor = from | 0;
    this.playing = true;
    this.delay.moved();
  }

  /** Goes on at another place, blended with what would have followed. */
  private moveTo(place: number): void {
    const followed = this.cursor;
    for (let i = 0; i < BLEND; i++) {
      const [from, to] = [(followed + i) | 0, (place + i) | 0];
      if (!this.has(from) || !this.has(to)) break;
      this.samples[to & MASK] =
        this.at(from) + ((this.at(to) - this.at(from)) * (i + 1)) / (BLEND + 1);
    }
    this.play(place);
  }

  private read(out: Int16Array): void {
    const [first, second] = [this.isWhole(0), this.isWhole(HALF)];
    if (first && second) {
      for (let i = 0; i < FRAME; i++) out[i] = this.at((this.cursor + i) | 0);
      this.sounded(out, FRAME, this.cursor);
      return;
    }
    this.readHalf(out, 0, first);
    this.readHalf(out, HALF, second);
  }

  private readHalf(out: Int16Array, offset: number, whole: boolean): void {
    const { half } = this;
    const place = (this.cursor + offset) | 0;
    if (whole) {
      for (let i = 0; i < HALF; i++) half[i] = this.at((place + i) | 0);
      this.sounded(half, HALF, place);
    } else this.makeUp(half, HALF, place);
    out.set(half, offset);
  }

  /** Real sound, which ends a silence that began before it. */
  private sounded(samples: Int16Array, count: number, place: number): void {
    if (this.quiet && timestampDistance(this.quietFrom, place) >= 0) this.quiet = false;
    this.concealment.received(samples, count);
  }

  private makeUp(out: Int16Array, count: number, place: number): void {
    if (!this.quiet || (this.known && timestampDistance(this.quietFrom, place + HALF) <= 0)) {
      if (this.known) this.concealed += count / HALF;
      this.concealment.conceal(out, count);
      return;
    }
    this.noise.fill(out, 0, count);
    this.concealment.received(out, count);
  }

  private isWhole(offset: number): boolean {
    for (let i = offset; i < offset + HALF; i++) {
      const at = (this.cursor + i) | 0;
      if (timestampDistance(this.barrier, at) < 0 || !this.has(at)) return false;
    }
    return true;
  }

  private isQuiet(): boolean {
    let sum = 0;
    for (let i = 0; i < FRAME; i++) sum += Math.abs(this.at((this.cursor + i) | 0));
    return sum < QUIET * FRAME;
  }

  private has(timestamp: number): boolean {
    const behind = timestampDistance(timestamp, this.newest);
    return behind > 0 && behind <= KEPT / 2 && this.present[timestamp & MASK] === 1;
  }

  private at(timestamp: number): number {
    return this.has(timestamp) ? (this.samples[timestamp & MASK] as number) : 0;
  }
}
