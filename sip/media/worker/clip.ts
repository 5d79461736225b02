/**
 * Sound of our own, encoded once into both laws and cut into frames; sending it is copying 160 bytes.
 */
import { ALAW_SILENCE, ULAW_SILENCE, encodeAlaw, encodeUlaw } from '../../rtp/g711';
import type { G711 } from '../../sdp/codecs';

/** Samples and G.711 bytes of one 20 ms frame. */
export const FRAME_SAMPLES = 160;

export class Clip {
  readonly frames: number;
  private readonly encoded: Record<G711, Buffer>;

  /** The last frame is filled up with silence. */
  constructor(samples: Int16Array) {
    this.frames = Math.ceil(samples.length / FRAME_SAMPLES);
    const length = this.frames * FRAME_SAMPLES;
    this.encoded = {
      PCMA: Buffer.alloc(length, ALAW_SILENCE),
      PCMU: Buffer.alloc(length, ULAW_SILENCE),
    };
    for (let i = 0; i < samples.length; i++) {
      this.encoded.PCMA[i] = encodeAlaw(samples[i] as number);
      this.encoded.PCMU[i] = encodeUlaw(samples[i] as number);
    }
  }

  /** Copies frame number `frame` to `target` at `at`. */
  copy(frame: number, codec: G711, target: Buffer, at: number): void {
    const start = frame * FRAME_SAMPLES;
    this.encoded[codec].copy(target, at, start, start + FRAME_SAMPLES);
  }
}
