/**
 * Where the clock of one far side was corrected in a recording: its sound was moved against its timestamps, by
 * samples inserted or dropped. Pure, and without an object while nothing is corrected.
 */

/** All of the side's sound that follows is moved by so much, until the next one. */
export interface Correction {
  side: 'left' | 'right';
  at: number;
  /**
   * Positive: so many of silence are inserted at `at`. Negative: what follows begins at `at`, over so many samples
   * of the sound before it.
   */
  samples: number;
}

/** No more are listed with one window; others are one with the last. That is one every 10 ms. */
const MOST_A_WINDOW = 144;
/** Once a side has had so many, one with each window. */
export const MANY_CORRECTIONS = 50_000;

export class SideCorrections {
  private found: Correction[] | null = null;
  /** How many were taken so far. */
  private told = 0;

  constructor(private readonly side: 'left' | 'right') {}

  /** `end`: where the sound before it ends. What is corrected before the recording begins is not in it. */
  add(end: number, samples: number): void {
    if (end <= 0) return;
    const found = (this.found ??= []);
    const last = found.at(-1);
    const most = this.told < MANY_CORRECTIONS ? MOST_A_WINDOW : 1;
    if (last !== undefined && found.length >= most) last.samples += samples;
    else found.push({ side: this.side, at: Math.max(0, end + Math.min(0, samples)), samples });
  }

  /** Those since it was asked last, in the order of speaking. */
  take(): Correction[] {
    const { found } = this;
    if (found === null) return [];
    this.found = null;
    this.told += found.length;
    return found.filter(({ samples }) => samples !== 0);
  }
}
