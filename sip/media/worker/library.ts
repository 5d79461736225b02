/**
 * The sounds that a worker plays: made by the main thread, in memory that all workers share, and replaced
 * while calls go on. A play that has begun keeps its clips.
 */
import { PAUSE } from '../sentences/part';
import { Clip, type SharedClip } from './clip';

/** What the main thread gives. */
export interface SharedSounds {
  /** By `language/key`. */
  prompts: ReadonlyMap<string, SharedClip>;
  music: SharedClip;
}

/** Between groups of digits: 250 ms. */
const SILENT = new Clip({ rate: 8000, samples: new Int16Array(2000) });

export class Library {
  private readonly clips = new Map<string, Clip>();

  constructor(private readonly sounds: SharedSounds) {}

  get music(): Clip {
    return new Clip(this.sounds.music);
  }

  /** `language/key`, or `PAUSE`. Null when there is no such prompt. */
  prompt(name: string): Clip | null {
    if (name === PAUSE) return SILENT;
    const known = this.clips.get(name);
    if (known !== undefined) return known;
    const shared = this.sounds.prompts.get(name);
    if (shared === undefined) return null;
    const clip = new Clip(shared);
    this.clips.set(name, clip);
    return clip;
  }
}
