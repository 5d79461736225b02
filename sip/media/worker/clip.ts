/**
 * Sound of our own, cut into frames: for G.711 encoded once into both laws, so that sending it is copying
 * 160 bytes; for G.722 as samples of the file's own rate, because each far side needs an encoder of its own.
 */
import { ALAW_SILENCE, ULAW_SILENCE, encodeAlaw, encodeUlaw } from '../../rtp/g711';
import { Downsampler } from '../../rtp/resample';
import type { G711 } from '../../sdp/codecs';
import type { Linear } from '../wav';

/** Samples and G.711 bytes of one 20 ms frame. */
export const FRAME_SAMPLES = 160;
/** Samples of one at 16 kHz. */
export const WIDE_SAMPLES = 320;

export class Clip {
  readonly frames: number;
  private readonly encoded: Record<G711, Buffer>;
  private readonly linear: Int16Array;
  /** Samples of a frame at the clip's rate. */
  private readonly step: number;

  /** The last frame is filled up with silence. */
  constructor({ rate, samples }: Linear) {
    this.step = rate === 8000 ? FRAME_SAMPLES : WIDE_SAMPLES;
    this.frames = Math.ceil(samples.length / this.step);
    this.linear = new Int16Array(this.frames * this.step);
    this.linear.set(samples);
    const narrow = rate === 8000 ? samples : halved(this.linear);
    const length = this.frames * FRAME_SAMPLES;
    this.encoded = {
      PCMA: Buffer.alloc(length, ALAW_SILENCE),
      PCMU: Buffer.alloc(length, ULAW_SILENCE),
    };
    for (let i = 0; i < narrow.length; i++) {
      this.encoded.PCMA[i] = encodeAlaw(narrow[i] as number);
      this.encoded.PCMU[i] = encodeUlaw(narrow[i] as number);
    }
  }

  /** Copies frame number `frame` to `target` at `at`. */
  copy(frame: number, codec: G711, target: Buffer, at: number): void {
    const start = frame * FRAME_SAMPLES;
    this.encoded[codec].copy(target, at, start, start + FRAME_SAMPLES);
  }

  /** The frame as samples at the clip's rate; answers how many, 160 or 320. */
  samples(frame: number, out: Int16Array): number {
    const { step, linear } = this;
    for (let i = 0, from = frame * step; i < step; i++) out[i] = linear[from + i] as number;
    return step;
  }
}

function halved(wide: Int16Array): Int16Array {
  const narrow = new Int16Array(wide.length >> 1);
  new Downsampler().process(wide, narrow);
  return narrow;
}
