/**
 * When a recording was paused, or one of its sides on hold. What lies in a pause is silence to the sample,
 * whoever spoke and however late his packet came. Positions are samples of the recording. Pure.
 */
import { outside, type Gap, type GapCause, type Range } from './gap-list';

export class Pauses {
  private readonly ranges: Range[] = [];
  private readonly gap: Pick<Gap, 'side' | 'cause'>;
  /** How many of them were listed as gaps. */
  private listed = 0;

  /** What its gaps are told as. */
  constructor(side: Gap['side'] = 'both', cause: GapCause = 'paused') {
    this.gap = { side, cause };
  }

  get isPaused(): boolean {
    return this.ranges.at(-1)?.to === Number.POSITIVE_INFINITY;
  }

  /** Nothing new when it is paused already. */
  pause(at: number): void {
    if (!this.isPaused) this.ranges.push({ from: at, to: Number.POSITIVE_INFINITY });
  }

  resume(at: number): void {
    const last = this.ranges.at(-1);
    if (last !== undefined && this.isPaused) last.to = at;
  }

  /** The parts of `[from, to)` that lie in a pause. */
  within(from: number, to: number): Range[] {
    return this.ranges
      .map((range) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
      .filter((part) => part.from < part.to);
  }

  /** The pauses that ended before `until` and were not listed yet. */
  take(until: number): Gap[] {
    const ended = this.ranges.slice(this.listed).filter(({ to }) => to <= until);
    this.listed += ended.length;
    return ended.map(({ from, to }) => ({ ...this.gap, from, samples: to - from }));
  }

  /** Those that go on after `until`, up to there. Asked after `take`. */
  pending(until: number): Gap[] {
    return this.ranges
      .slice(this.listed)
      .filter(({ from }) => from < until)
      .map(({ from }) => ({ ...this.gap, from, samples: until - from }));
  }

  /** The rest; one that lasts ends with the recording. */
  finish(samples: number): Gap[] {
    this.resume(samples);
    return this.take(Number.POSITIVE_INFINITY);
  }

  /** The parts of a gap that no pause explains. */
  unexplained(gap: Gap): Gap[] {
    return outside(gap, this.ranges);
  }
}
