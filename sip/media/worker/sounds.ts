/**
 * What an endpoint can be made to say when nobody is bridged to it. A sound fills one frame at a
 * time; which endpoint sends it, and when, is not known here.
 */
import { ALAW_SILENCE, ULAW_SILENCE } from '../../rtp/g711';
import type { G711 } from '../../sdp/codecs';
import { FRAME_SAMPLES, type Clip } from './clip';

export interface Sound {
  /** Writes one frame to `target` at `at`; false when there is none left. */
  fill(codec: G711, target: Buffer, at: number): boolean;
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
};

/** One clip in a loop that all listeners hear at the same place; `advance` once per tick. */
export class Music implements Sound {
  private frame = 0;

  constructor(private clip: Clip) {}

  /** All hear this one from the next frame on. */
  change(clip: Clip): void {
    this.clip = clip;
    this.frame %= clip.frames;
  }

  advance(): void {
    this.frame = (this.frame + 1) % this.clip.frames;
  }

  fill(codec: G711, target: Buffer, at: number): boolean {
    this.clip.copy(this.frame, codec, target, at);
    return true;
  }
}

/** Clips one after the other, once. */
export class Playlist implements Sound {
  private clip = 0;
  private frame = 0;

  constructor(private readonly clips: readonly Clip[]) {}

  fill(codec: G711, target: Buffer, at: number): boolean {
    for (; ; this.clip++, this.frame = 0) {
      const clip = this.clips[this.clip];
      if (clip === undefined) return false;
      if (this.frame >= clip.frames) continue;
      clip.copy(this.frame++, codec, target, at);
      return true;
    }
  }
}
