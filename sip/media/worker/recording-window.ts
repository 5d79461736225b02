/**
 * The stretch of a recording that is still in memory: all channels interleaved as the file holds them,
 * silence where nothing was heard. Positions are ticks from the start of the recording. Knows no files and
 * no clock.
 */
import { silenceOf, tickBytes, type RecordingFormat } from '../recording-format';

/** Which of the channels. */
export type Side = 0 | 1;
export const LEFT: Side = 0;
export const RIGHT: Side = 1;

/** 3 s: one window of writing, the hold-back for late packets, and a second for early ones. */
const INITIAL_TICKS = 24_000;
/** 65 s, about 1 MB of A-law in stereo: how long a disk may stall before sound is given up. */
export const MOST_TICKS = 520_000;

export class RecordingWindow {
  private bytes: Buffer;
  /** The same memory as samples, which only wideband files use. */
  private words: Int16Array;
  /** Position of the first tick in memory. */
  private base = 0;
  private readonly channels: number;
  private readonly tickBytes: number;
  private readonly silence: number;
  /** Of the stretch that `reserve` has found room for: its first tick in memory, and what is before. */
  private first = 0;
  private skip = 0;

  constructor(format: RecordingFormat) {
    this.channels = format.channels;
    this.tickBytes = tickBytes(format);
    this.silence = silenceOf(format);
    this.bytes = Buffer.alloc(INITIAL_TICKS * this.tickBytes, this.silence);
    this.words = wordsOf(this.bytes);
  }

  /**
   * Puts bytes `source[start..end)` at a position of one channel of an A-law file, each through `map` if
   * there is one. What was taken already, or lies beyond the most that is kept, is left out. Answers how
   * many ticks are in.
   */
  put(
    side: Side,
    position: number,
    source: Uint8Array,
    start: number,
    end: number,
    map: Uint8Array | null,
  ): number {
    const count = this.reserve(position, end - start);
    const { bytes, channels, first } = this;
    let to = first * channels + side;
    const from = start + this.skip;
    for (let i = from; i < from + count; i++, to += channels) {
      const byte = source[i] as number;
      bytes[to] = map === null ? byte : (map[byte] as number);
    }
    return count;
  }

  /** The same for a wideband file: the first samples of `source`, two a tick. */
  putSamples(side: Side, position: number, source: Int16Array, ticks: number): number {
    const count = this.reserve(position, ticks);
    const { words, channels, first } = this;
    let to = 2 * first * channels + side;
    const from = 2 * this.skip;
    for (let i = from; i < from + 2 * count; i++, to += channels) words[to] = source[i] as number;
    return count;
  }

  /** Takes out everything before `until`; the caller owns the bytes. Empty when there is nothing. */
  take(until: number): Buffer {
    const ticks = until - this.base;
    if (ticks <= 0) return Buffer.alloc(0);
    const length = ticks * this.tickBytes;
    const taken = Buffer.alloc(length, this.silence);
    const held = Math.min(length, this.bytes.length);
    this.bytes.copy(taken, 0, 0, held);
    this.bytes.copyWithin(0, held);
    this.bytes.fill(this.silence, this.bytes.length - held);
    this.base = until;
    return taken;
  }

  /** How many ticks of so many at a position are to be kept, 0 for none. */
  private reserve(position: number, ticks: number): number {
    this.skip = Math.max(0, this.base - position);
    this.first = position + this.skip - this.base;
    const count = Math.min(ticks - this.skip, MOST_TICKS - this.first);
    if (count <= 0) return 0;
    if ((this.first + count) * this.tickBytes > this.bytes.length) this.grow(this.first + count);
    return count;
  }

  private grow(ticks: number): void {
    let length = this.bytes.length;
    while (length < ticks * this.tickBytes) length *= 2;
    const larger = Buffer.alloc(length, this.silence);
    this.bytes.copy(larger);
    this.bytes = larger;
    this.words = wordsOf(larger);
  }
}

/** WAV is little-endian, as are all machines that Node runs on. */
function wordsOf({ buffer, byteOffset, length }: Buffer): Int16Array {
  return new Int16Array(buffer, byteOffset, length >> 1);
}
