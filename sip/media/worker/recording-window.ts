/**
 * The stretch of a recording that is still in memory: both channels interleaved as A-law, silence
 * where nothing was heard. Positions are samples from the start of the recording. Knows no files and
 * no clock.
 */
import { ALAW_SILENCE } from '../../rtp/g711';

/** Which byte of each pair. */
export type Side = 0 | 1;
export const LEFT: Side = 0;
export const RIGHT: Side = 1;

export const CHANNELS = 2;
/** 3 s: one window of writing, the hold-back for late packets, and a second for early ones. */
const INITIAL_SAMPLES = 24_000;
/** 65 s, about 1 MB: how long a disk may stall before a recording is given up. */
export const MOST_SAMPLES = 520_000;

export class RecordingWindow {
  private bytes = Buffer.alloc(INITIAL_SAMPLES * CHANNELS, ALAW_SILENCE);
  /** Position of the first sample in memory. */
  private base = 0;

  /**
   * Puts `source[start..end)` at a position of one channel, each byte through `map` if there is one.
   * What was taken already, or lies beyond the most that is kept, is left out. Answers how many
   * samples are in.
   */
  put(
    side: Side,
    position: number,
    source: Buffer,
    start: number,
    end: number,
    map: Uint8Array | null,
  ): number {
    const skip = Math.max(0, this.base - position);
    const first = position + skip - this.base;
    const count = Math.min(end - start - skip, MOST_SAMPLES - first);
    if (count <= 0) return 0;
    if ((first + count) * CHANNELS > this.bytes.length) this.grow(first + count);
    const { bytes } = this;
    let to = first * CHANNELS + side;
    const from = start + skip;
    for (let i = from; i < from + count; i++, to += CHANNELS) {
      const byte = source[i] as number;
      bytes[to] = map === null ? byte : (map[byte] as number);
    }
    return count;
  }

  /** Takes out everything before `until`; the caller owns the bytes. Empty when there is nothing. */
  take(until: number): Buffer {
    const samples = until - this.base;
    if (samples <= 0) return Buffer.alloc(0);
    const length = samples * CHANNELS;
    const taken = Buffer.alloc(length, ALAW_SILENCE);
    const held = Math.min(length, this.bytes.length);
    this.bytes.copy(taken, 0, 0, held);
    this.bytes.copyWithin(0, held);
    this.bytes.fill(ALAW_SILENCE, this.bytes.length - held);
    this.base = until;
    return taken;
  }

  private grow(samples: number): void {
    let length = this.bytes.length;
    while (length < samples * CHANNELS) length *= 2;
    const larger = Buffer.alloc(length, ALAW_SILENCE);
    this.bytes.copy(larger);
    this.bytes = larger;
  }
}
