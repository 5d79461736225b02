/**
 * Which stretches of one side of a recording hold nothing that its far side said, and why. Positions and
 * lengths are samples of the recording. Pure: told of every packet, asked with every window.
 */
import type { Arrival } from '../rtp/arrival-counts';
import { SEQUENCE_MASK, sequenceDistance, timestampDistance } from '../rtp/packet';
import type { Gap, GapCause } from './gap-list';

interface Hole {
  from: number;
  to: number;
  /** Unless packets of it are missing. */
  cause: GapCause;
  /** Sequence numbers that did not come so far. */
  missing: number[];
}

/** Less is the jitter of a start or an end: 60 ms. */
const UNHEARD_MIN = 480;
/** Less is what is left over when a packet that was late fills its hole, moved by drift: 5 ms. */
const CRUMB = 40;
/** Timestamps that differ more from the clock say nothing of what is missing: 1 s. */
const JUMP = 8000;
/** So many missing packets are remembered by number; of more, who is that old comes no more. */
const MOST_MISSING = 512;

/**
 * Gaps begin so far apart: 10 ms, the shortest packets in use. What begins nearer to the one before is one gap
 * with it and the sound between them, or a sender of single samples could fill the memory with gaps.
 */
const LEAST_APART = 80;
/** The same once a side has had `MANY_GAPS`, as five hours with five percent lost have: 1 s. */
const LEAST_APART_OF_MANY = 8000;
export const MANY_GAPS = 50_000;

/** What one packet of sound is to its recording. */
export interface Sound {
  /** Negative for what was spoken before the recording began. */
  position: number;
  samples: number;
  /** How many of these, its last ones, are in the file; the others came too late, or are of before. */
  placed: number;
  sequence: number;
  timestamp: number;
  arrival: Arrival;
}

export class SideGaps {
  /** Where the last sound ends. */
  private end = 0;
  /** The highest sequence number, and the first until a window was written. */
  private highest = 0;
  private first: number | null = null;
  /** Between the last sound and the highest. */
  private missing: number[] = [];
  /** Follows the last sound without a gap. */
  private nextTimestamp = 0;
  private soundBefore = 0;
  private held = false;
  /** It was held at some time since the last sound. */
  private heldSinceSound = false;
  private holes: Hole[] = [];
  /** How many gaps were taken so far. */
  private told = 0;

  constructor(private readonly side: 'left' | 'right') {}

  /** From now on the far side is to send nothing, or may again. */
  hold(held: boolean): void {
    this.held = held;
    if (held) this.heldSinceSound = true;
  }

  /** A packet without sound (key press, comfort noise) shows loss as well, or that there was none. */
  heardOther(arrival: Arrival, sequence: number): void {
    this.note(arrival, sequence, false);
  }

  /** A packet of sound. */
  heard(sound: Sound): void {
    const { position, samples, placed, sequence, timestamp, arrival } = sound;
    const isLate = placed < samples && position >= 0;
    const before = this.note(arrival, sequence, isLate);
    if (isLate && placed === 0) return;
    const skipped = timestampDistance(this.nextTimestamp, timestamp);
    const to = position + samples;
    const from = to - placed;
    const isOvertaken = arrival === 'reordered' && skipped < 0;
    if (from < this.end) this.fill(from, to, isOvertaken ? sequence : null);
    if (isOvertaken) {
      if (before.length > 0) this.open(to, to + before.length * samples, 'unheard', before);
      return;
    }
    const gap = this.gapBefore(from, arrival, isLate ? skipped + samples - placed : skipped);
    if (gap > 0) this.openBefore(sound, from - gap, from);
    this.moveOn(sound, to);
  }

  /**
   * Where the numbers between two sounds are in step with the time, as those of key presses are, only the
   * places of those that are missing are loss. Else any of it may be.
   */
  private openBefore({ sequence, arrival, samples }: Sound, from: number, to: number): void {
    const cause = this.causeOf(arrival);
    const missing = this.missingAt(sequence, arrival);
    const others = numbersBetween(this.soundBefore, sequence);
    const isInStep = Math.abs(others.length * samples - (to - from)) <= CRUMB;
    if (arrival === 'first' || missing.length === 0 || !isInStep) {
      this.open(from, to, cause, missing);
      return;
    }
    const step = (to - from) / others.length;
    const placeOf = (i: number): number => from + Math.round(i * step);
    others.forEach((one, i) => {
      this.open(placeOf(i), placeOf(i + 1), cause, missing.includes(one) ? [one] : []);
    });
  }

  private moveOn({ sequence, timestamp, samples, arrival }: Sound, to: number): void {
    this.end = Math.max(this.end, to);
    this.nextTimestamp = (timestamp + samples) | 0;
    this.soundBefore = sequence;
    this.heldSinceSound = this.held;
    if (this.missing.length === 0) return;
    const isAfter = (one: number) => sequenceDistance(one, sequence) < 0;
    this.missing = arrival === 'first' ? [] : this.missing.filter(isAfter);
  }

  /** Who is missing before the sound of that number. All, when it begins another series. */
  private missingAt(sequence: number, arrival: Arrival): number[] {
    if (arrival === 'first') return [...this.missing];
    return this.missing.filter((one) => sequenceDistance(one, sequence) >= 0);
  }

  /** Takes out what ended before `until`: nothing can fill it any more. */
  take(until: number): Gap[] {
    this.first = null;
    if (this.holes.length === 0) return [];
    const goOn: Hole[] = [];
    const over: Hole[] = [];
    for (const hole of this.holes.sort((a, b) => b.from - a.from)) {
      // What touches one that goes on may be one gap with it.
      if (hole.to > until || hole.to === goOn.at(-1)?.from) goOn.push(hole);
      else over.push(hole);
    }
    this.holes = goOn;
    const gaps = this.gapsOf(over);
    this.told += gaps.length;
    return gaps;
  }

  /** What may go on after `until`, up to there. Asked after `take`. */
  pending(until: number): Gap[] {
    const begun = this.holes.filter(({ from }) => from < until);
    if (until - this.end > CRUMB) begun.push(this.silenceUntil(until));
    return this.gapsOf(begun.map((hole) => ({ ...hole, to: Math.min(hole.to, until) })));
  }

  /** The rest, up to the end of the recording. */
  finish(samples: number): Gap[] {
    if (samples - this.end >= UNHEARD_MIN) this.holes.push(this.silenceUntil(samples));
    return this.take(Number.POSITIVE_INFINITY).filter((gap) => gap.from < samples);
  }

  /** Keeps account of who is missing. Answers who is so between this and what was the first one. */
  private note(arrival: Arrival, sequence: number, isLate: boolean): number[] {
    if (arrival === 'again') return [];
    if (arrival === 'reordered') {
      if (!isLate) this.found(sequence);
      if (this.first === null || sequenceDistance(this.first, sequence) >= 0) return [];
      const between = numbersBetween(sequence, this.first);
      this.first = sequence;
      return between;
    }
    if (arrival === 'first') this.first = sequence;
    if (arrival === 'after-loss') this.missing.push(...numbersBetween(this.highest, sequence));
    if (isLate) this.missing.push(sequence);
    // The oldest one stays, to say that there was loss.
    const { length } = this.missing;
    if (length > MOST_MISSING) this.missing.splice(1, length - MOST_MISSING);
    this.highest = sequence;
    return [];
  }

  private found(sequence: number): void {
    const others = (missing: number[]) => missing.filter((one) => one !== sequence);
    if (this.missing.length > 0) this.missing = others(this.missing);
    for (const hole of this.holes) hole.missing = others(hole.missing);
  }

  /** Timestamps tell it to the sample, whatever drift was taken out since; after a jump the clock does. */
  private gapBefore(from: number, arrival: Arrival, skipped: number): number {
    const byClock = from - this.end;
    if (arrival !== 'first') return Math.abs(skipped - byClock) > JUMP ? byClock : skipped;
    const isJitter = this.causeOf(arrival) === 'unheard' && this.missing.length === 0;
    return isJitter && byClock < UNHEARD_MIN ? 0 : byClock;
  }

  private open(from: number, to: number, cause: GapCause, missing: number[]): void {
    const begin = Math.max(0, from);
    if (begin >= to) return;
    this.fill(begin, to, null);
    const near = this.holes.find((hole) => this.isNear(hole.from, begin));
    if (near === undefined) this.holes.push({ from: begin, to, cause, missing });
    else join(near, { from: begin, to, cause, missing });
  }

  /** Too near for two gaps. */
  private isNear(from: number, next: number): boolean {
    const least = this.told < MANY_GAPS ? LEAST_APART : LEAST_APART_OF_MANY;
    return next >= from && next - from < least;
  }

  private causeOf(arrival: Arrival): GapCause {
    if (this.heldSinceSound) return 'hold';
    return arrival === 'first' ? 'unheard' : 'silence-suppressed';
  }

  private silenceUntil(to: number): Hole {
    return { from: this.end, to, cause: this.heldSinceSound ? 'hold' : 'unheard', missing: [] };
  }

  /** By one that was overtaken, `sequence`, who divides the others that are missing. */
  private fill(from: number, to: number, sequence: number | null): void {
    this.holes = this.holes.flatMap((hole) => {
      if (to <= hole.from || from >= hole.to) return [hole];
      const isBefore = (one: number) => sequence === null || sequenceDistance(one, sequence) >= 0;
      const isAfter = (one: number) => sequence === null || sequenceDistance(one, sequence) < 0;
      const parts = [
        { ...hole, to: from, missing: hole.missing.filter(isBefore) },
        { ...hole, from: to, missing: hole.missing.filter(isAfter) },
      ];
      return parts.filter((part) => part.to - part.from > CRUMB);
    });
  }

  /** In order; neighbours of one cause are one gap. */
  private gapsOf(holes: Hole[]): Gap[] {
    const apart: Hole[] = [];
    for (const hole of holes.sort((a, b) => a.from - b.from)) {
      const last = apart.at(-1);
      // Who fills a hole in its middle makes two of it.
      if (last !== undefined && this.isNear(last.from, hole.from)) join(last, hole);
      else apart.push({ ...hole });
    }
    const gaps: Gap[] = [];
    for (const hole of apart) {
      const gap = this.gapOf(hole);
      const last = gaps.at(-1);
      if (last?.cause === gap.cause && last.from + last.samples === gap.from) {
        last.samples += gap.samples;
      } else gaps.push(gap);
    }
    return gaps;
  }

  private gapOf({ from, to, cause, missing }: Hole): Gap {
    const isLoss = missing.length > 0 && cause !== 'hold';
    return { side: this.side, from, samples: to - from, cause: isLoss ? 'loss' : cause };
  }
}

/** The later one goes on in the one before, of which the longer says the cause. */
function join(hole: Hole, later: Hole): void {
  if (later.to - later.from > hole.to - hole.from) hole.cause = later.cause;
  hole.to = Math.max(hole.to, later.to);
  hole.missing = [...hole.missing, ...later.missing];
}

/** Both left out. */
function numbersBetween(before: number, after: number): number[] {
  const count = sequenceDistance(before, after) - 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => (before + 1 + i) & SEQUENCE_MASK);
}
