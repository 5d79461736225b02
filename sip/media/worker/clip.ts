/**
 * Sound of our own, cut into frames: for G.711 encoded once into both laws, so that sending it is copying
 * 160 bytes; for G.722 as samples of the file's own rate, because each far side needs an encoder of its own.
 * Its bytes are shared memory: all workers send the same ones.
 */
import { ALAW_SILENCE, ULAW_SILENCE, encodeBoth } from '../../rtp/g711';
import { Downsampler } from '../../rtp/resample';
import type { G711 } from '../../sdp/codecs';
import type { Linear } from '../wav';

/** Samples and G.711 bytes of one 20 ms frame. */
export const FRAME_SAMPLES = 160;
/** Samples of one at 16 kHz. */
export const WIDE_SAMPLES = 320;

/** What one thread gives another of a clip: views of memory that both have. */
export interface SharedClip extends Record<G711, Uint8Array> {
  linear: Int16Array;
  /** Samples of a frame of `linear`. */
  step: number;
}

export class Clip {
  readonly frames: number;
  /** For other threads. */
  readonly shared: SharedClip;
  private readonly encoded: Record<G711, Buffer>;

  /** Of samples; the last frame is filled up with silence. Or what another thread made of them. */
  constructor(sound: Linear | SharedClip) {
    this.shared = 'samples' in sound ? encode(sound) : sound;
    const { PCMA, PCMU } = this.shared;
    this.encoded = { PCMA: bufferOf(PCMA), PCMU: bufferOf(PCMU) };
    this.frames = PCMA.length / FRAME_SAMPLES;
  }

  /** Copies frame number `frame` to `target` at `at`. */
  copy(frame: number, codec: G711, target: Buffer, at: number): void {
    const start = frame * FRAME_SAMPLES;
    this.encoded[codec].copy(target, at, start, start + FRAME_SAMPLES);
  }

  /** The frame as samples at the clip's rate; answers how many, 160 or 320. */
  samples(frame: number, out: Int16Array): number {
    const { step, linear } = this.shared;
    for (let i = 0, from = frame * step; i < step; i++) out[i] = linear[from + i] as number;
    return step;
  }
}

function encode({ rate, samples }: Linear): SharedClip {
  const step = rate === 8000 ? FRAME_SAMPLES : WIDE_SAMPLES;
  const frames = Math.ceil(samples.length / step);
  const linear = new Int16Array(new SharedArrayBuffer(2 * frames * step));
  linear.set(samples);
  const length = frames * FRAME_SAMPLES;
  const memory = new SharedArrayBuffer(2 * length);
  const PCMA = new Uint8Array(memory, 0, length).fill(ALAW_SILENCE);
  const PCMU = new Uint8Array(memory, length, length).fill(ULAW_SILENCE);
  encodeBoth(rate === 8000 ? samples : halved(linear), PCMA, PCMU);
  return { PCMA, PCMU, linear, step };
}

function halved(wide: Int16Array): Int16Array {
  const narrow = new Int16Array(wide.length >> 1);
  new Downsampler().process(wide, narrow);
  return narrow;
}

/** Another view of the same bytes. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
