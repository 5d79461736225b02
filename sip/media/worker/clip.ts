/**
 * Sound of our own, encoded once into both laws and cut into frames; sending it is copying 160 bytes. Its
 * bytes are shared memory: all workers send the same ones.
 */
import { ALAW_SILENCE, ULAW_SILENCE, encodeBoth } from '../../rtp/g711';
import type { G711 } from '../../sdp/codecs';

/** Samples and G.711 bytes of one 20 ms frame. */
export const FRAME_SAMPLES = 160;

/** What one thread gives another of a clip: views of memory that both have. */
export type SharedClip = Record<G711, Uint8Array>;

export class Clip {
  readonly frames: number;
  /** For other threads. */
  readonly shared: SharedClip;
  private readonly encoded: Record<G711, Buffer>;

  /** Of samples; the last frame is filled up with silence. Or what another thread made of them. */
  constructor(sound: Int16Array | SharedClip) {
    this.shared = sound instanceof Int16Array ? encode(sound) : sound;
    const { PCMA, PCMU } = this.shared;
    this.encoded = { PCMA: bufferOf(PCMA), PCMU: bufferOf(PCMU) };
    this.frames = PCMA.length / FRAME_SAMPLES;
  }

  /** Copies frame number `frame` to `target` at `at`. */
  copy(frame: number, codec: G711, target: Buffer, at: number): void {
    const start = frame * FRAME_SAMPLES;
    this.encoded[codec].copy(target, at, start, start + FRAME_SAMPLES);
  }
}

function encode(samples: Int16Array): SharedClip {
  const length = Math.ceil(samples.length / FRAME_SAMPLES) * FRAME_SAMPLES;
  const memory = new SharedArrayBuffer(2 * length);
  const PCMA = new Uint8Array(memory, 0, length).fill(ALAW_SILENCE);
  const PCMU = new Uint8Array(memory, length, length).fill(ULAW_SILENCE);
  encodeBoth(samples, PCMA, PCMU);
  return { PCMA, PCMU };
}

/** Another view of the same bytes. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
