/**
 * Makes the packets of one key press as telephone events (RFC 4733 §2.5.1): the first at once, updates
 * as often as the owner asks (every 20 or 50 ms), the end three times. All of one segment carry the
 * same RTP timestamp, which the owner sets from `begin`.
 *
 *     write (marker) -> write ... -> the press's time is over -> end, end, end -> false
 */
import { codeOf } from './keys';

const END = 0x80;
const SEGMENT = 0xffff;
const END_PACKETS = 3;
/** -10 dBm0, what a telephone sends (§2.3.4: 0 to 63 below 0 dBm0). */
const VOLUME = 10;

export class TelephoneEventWriter {
  /** Of the packet that was written last: whether it is the first (RTP marker bit). */
  marker = false;
  /** And the begin of its segment, in ticks after the begin of the press: what its timestamp adds. */
  begin = 0;
  private readonly code: number;
  private written = 0;
  private ends = 0;
  private length: number;

  /** `ticks` is how long the key is down; without it, until `release`. Throws for no key. */
  constructor(key: string, ticks = Number.POSITIVE_INFINITY) {
    this.code = codeOf(key);
    if (this.code < 0) throw new RangeError(`no telephone key: ${key}`);
    this.length = Math.max(1, ticks);
  }

  /** The key is up `ticks` after it went down, or now if more was told already. */
  release(ticks: number): void {
    if (this.ends === 0) this.length = Math.max(1, this.written, Math.min(this.length, ticks));
  }

  /**
   * Writes the payload, 4 bytes, of the packet that is sent `elapsed` ticks after the begin of the
   * press. False, with nothing written, when the third end was written before.
   */
  write(out: Uint8Array, at: number, elapsed: number): boolean {
    if (this.ends === END_PACKETS) return false;
    const down = Math.max(1, Math.min(elapsed, this.length));
    const inSegment = this.inSegment(down);
    const isEnd = elapsed >= this.length && this.begin + inSegment >= this.length;
    if (isEnd) this.ends += 1;
    out[at] = this.code;
    out[at + 1] = (isEnd ? END : 0) | VOLUME;
    out[at + 2] = inSegment >> 8;
    out[at + 3] = inSegment & 0xff;
    this.marker = this.written === 0;
    this.written = this.begin + inSegment;
    return true;
  }

  /**
   * Duration in the present segment. Before the next one begins, the full length of this one is told
   * without an end (§2.5.1.3).
   */
  private inSegment(down: number): number {
    if (this.written - this.begin === SEGMENT && down > this.written) this.begin = this.written;
    return Math.min(down - this.begin, SEGMENT);
  }
}
