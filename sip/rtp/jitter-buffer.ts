/**
 * Turns packets of one sender, as the network delivers them, into a frame of 160 samples (20 ms at 8 kHz)
 * whenever one is asked for. Samples are kept by their RTP timestamps, so reordering, copies and packet
 * times of 10 to 60 ms need no care; what is missing is concealed. Pure: `now` is the monotonic clock in
 * 8 kHz ticks.
 *
 *     empty --packet--> tied to the clock --frame--> playing --other SSRC, or a jump--> tied anew
 *
 * How long sound waits follows the network (playout-delay.ts). A change of it skips or repeats a stretch
 * and blends over 10 ms, in silence where there is one.
 */
import { FadingRepetition, type Concealment } from './fading-repetition';
import { PlayoutDelay } from './playout-delay';
import { timestampDistance } from './packet';

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

  constructor(private readonly concealment: Concealment = new FadingRepetition()) {}

  /** How long sound waits at present beyond the network's shortest way, in ticks: 0 to 960. */
  get target(): number {
    return this.delay.target;
  }

  /** Takes `bytes[start..end)`, one sample each through `toLinear`. */
  put(
    packet: { ssrc: number; timestamp: number },
    bytes: Uint8Array,
    [start, end]: readonly [number, number],
    toLinear: Int16Array,
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
    this.store(timestamp, bytes, start, count, toLinear);
  }

  /** Fills `out` with the next 20 ms. */
  pull(out: Int16Array, now: number): void {
    if (!this.known) return this.makeUp(out);
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
    bytes: Uint8Array,
    start: number,
    count: number,
    toLinear: Int16Array,
  ): void {
    const end = (timestamp + count) | 0;
    if (timestampDistance(end, this.newest) > KEPT / 2) return;
    const gap = timestampDistance(this.newest, timestamp);
    if (gap >= KEPT) this.present.fill(0);
    else for (let i = 0; i < gap; i++) this.present[(this.newest + i) & MASK] = 0;
    for (let i = 0; i < count; i++) {
      const at = (timestamp + i) & MASK;
      this.samples[at] = toLinear[bytes[start + i] as number] as number;
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
      this.concealment.received(out, FRAME);
      return;
    }
    this.readHalf(out, 0, first);
    this.readHalf(out, HALF, second);
  }

  private readHalf(out: Int16Array, offset: number, whole: boolean): void {
    const { half } = this;
    if (whole) {
      for (let i = 0; i < HALF; i++) half[i] = this.at((this.cursor + offset + i) | 0);
      this.concealment.received(half, HALF);
    } else {
      this.concealed += 1;
      this.concealment.conceal(half, HALF);
    }
    out.set(half, offset);
  }

  private makeUp(out: Int16Array): void {
    this.concealment.conceal(out, FRAME);
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
