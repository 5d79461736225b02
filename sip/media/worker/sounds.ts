/**
 * What an endpoint can be made to say when nobody is bridged to it. A sound gives one frame at a time, by
 * one of its methods; which endpoint sends it, and when, is not known here.
 */
import { ALAW_SILENCE, ULAW_SILENCE } from '../../rtp/g711';
import { G722Output } from '../../rtp/g722-stream';
import { Downsampler } from '../../rtp/resample';
import type { G711 } from '../../sdp/codecs';
import { FRAME_SAMPLES, WIDE_SAMPLES, type Clip } from './clip';

export interface Sound {
  /** Writes one frame of G.711 to `target` at `at`; false when there is none left. */
  fill(codec: G711, target: Buffer, at: number): boolean;
  /** One frame as samples, to be encoded: 160 of 8 kHz or 320 of 16 kHz, 0 when there is none left. */
  samples(out: Int16Array): number;
  /**
   * Writes one frame of G.722 that is the same for all who listen. It suits a far side that has heard
   * `samples` for a while; sounds that one listener hears alone have none.
   */
  shared?(target: Buffer, at: number): void;
}

/**
 * Sent while an answered leg has nothing to hear: carriers take a stream that stops for a dead line,
 * and the path through the far side's NAT stays open.
 */
export const SILENCE: Sound = {
  fill(codec, target, at) {
    target.fill(codec === 'PCMA' ? ALAW_SILENCE : ULAW_SILENCE, at, at + FRAME_SAMPLES);
    return true;
  },
  samples(out) {
    out.fill(0, 0, WIDE_SAMPLES);
    return WIDE_SAMPLES;
  },
};

/** One clip in a loop that all listeners hear at the same place; `advance` once per tick. */
export class Music implements Sound {
  private frame = 0;
  private readonly g722 = new G722Output();
  private readonly encoded = Buffer.alloc(FRAME_SAMPLES);
  private readonly linear = new Int16Array(WIDE_SAMPLES);
  /** False until somebody needs the frame as G.722: it is encoded once then. */
  private isEncoded = false;

  constructor(private clip: Clip) {}

  /** All hear this one from the next frame on. */
  change(clip: Clip): void {
    this.clip = clip;
    this.frame %= clip.frames;
  }

  advance(): void {
    this.frame = (this.frame + 1) % this.clip.frames;
    this.isEncoded = false;
  }

  fill(codec: G711, target: Buffer, at: number): boolean {
    this.clip.copy(this.frame, codec, target, at);
    return true;
  }

  samples(out: Int16Array): number {
    // Also for those who come in: the shared encoder has to hear what they hear before they change to it.
    this.encode();
    return this.clip.samples(this.frame, out);
  }

  shared(target: Buffer, at: number): void {
    this.encode();
    this.encoded.copy(target, at);
  }

  private encode(): void {
    if (this.isEncoded) return;
    this.isEncoded = true;
    const { linear } = this;
    if (this.clip.samples(this.frame, linear) === WIDE_SAMPLES) {
      this.g722.encodeWide(linear, WIDE_SAMPLES, this.encoded, 0);
    } else this.g722.encode(linear, FRAME_SAMPLES, this.encoded, 0);
  }
}

/** Clips one after the other, once. */
export class Playlist implements Sound {
  private clip = 0;
  private frame = 0;

  constructor(private readonly clips: readonly Clip[]) {}

  fill(codec: G711, target: Buffer, at: number): boolean {
    const clip = this.next();
    clip?.copy(this.frame++, codec, target, at);
    return clip !== undefined;
  }

  samples(out: Int16Array): number {
    return this.next()?.samples(this.frame++, out) ?? 0;
  }

  /** The clip whose frame comes next, undefined at the end. */
  private next(): Clip | undefined {
    for (; ; this.clip++, this.frame = 0) {
      const clip = this.clips[this.clip];
      if (clip === undefined || this.frame < clip.frames) return clip;
    }
  }
}

/** A sound as a mix needs it, of 8 kHz whatever its own rate. */
export class NarrowSound {
  private readonly wide = new Int16Array(WIDE_SAMPLES);
  private readonly downsampler = new Downsampler();

  constructor(private readonly sound: Sound) {}

  /** Writes one frame; false when there is none left. */
  samples(out: Int16Array): boolean {
    const { wide } = this;
    const count = this.sound.samples(wide);
    if (count === WIDE_SAMPLES) this.downsampler.process(wide, out);
    else out.set(wide.subarray(0, count));
    return count > 0;
  }
}
