/**
 * Which stretches of one side of a recording hold nothing that its far side said, and why. Positions and
 * lengths are samples of the recording. Pure: told of every packet, asked with every window.
 */
import type { Arrival } from '../rtp/arrival-counts';

export type GapCause =
  /** Packets are missing, or came after their window was written. */
  | 'loss'
  /** The far side sent nothing, as its sequence numbers show. */
  | 'silence-suppressed'
  /** The far side had us on hold, or we it. */
  | 'hold'
  /** The recording was paused. */
  | 'paused'
  /** Nothing came, and nothing that did says why: before the first packet, after the last. */
  | 'unheard'
  /** The disk did not take it. */
  | 'disk'
  /** The edge was killed, or its worker thread fell, before it was written. */
  | 'edge-killed';

export interface Gap {
  side: 'left' | 'right' | 'both';
  from: number;
  samples: number;
  cause: GapCause;
}

interface Hole {
  from: number;
  to: number;
  cause: GapCause;
}

/** Less is the jitter of a start or an end: 60 ms. */
const UNHEARD_MIN = 480;
/** Less is what is left over when a packet that was late fills its hole, moved by drift: 5 ms. */
const CRUMB = 40;

/** What one packet of sound is to its recording. */
export interface Sound {
  position: number;
  samples: number;
  arrival: Arrival;
  /** It begins, by its timestamp, where the one before it ended. */
  follows: boolean;
}

export class SideGaps {
  /** Where the last sound ends. */
  private end = 0;
  private lossSinceSound = false;
  private held = false;
  /** It was held at some time since the last sound. */
  private heldSinceSound = false;
  private holes: Hole[] = [];

  constructor(private readonly side: 'left' | 'right') {}

  /** From now on the far side is to send nothing, or may again. */
  hold(held: boolean): void {
    this.held = held;
    if (held) this.heldSinceSound = true;
  }

  /** A packet without sound (key press, comfort noise) shows loss as well. */
  heardOther(arrival: Arrival): void {
    if (arrival === 'after-loss') this.lossSinceSound = true;
  }

  /** A packet of sound that has its place in the file. */
  heard({ position, samples, arrival, follows }: Sound): void {
    this.heardOther(arrival);
    const to = position + samples;
    if (position > this.end && !follows) this.open(this.end, position, arrival);
    else if (position < this.end) this.fill(position, to);
    if (to <= this.end) return;
    this.end = to;
    this.lossSinceSound = false;
    this.heldSinceSound = this.held;
  }

  /** Takes out what ended before `until`: nothing can fill it any more. */
  take(until: number): Gap[] {
    const gaps = this.holes.filter(({ to }) => to <= until).map((hole) => this.gapOf(hole));
    if (gaps.length > 0) this.holes = this.holes.filter(({ to }) => to > until);
    return gaps;
  }

  /** The rest, up to the end of the recording. */
  finish(samples: number): Gap[] {
    if (samples - this.end >= UNHEARD_MIN) {
      this.holes.push({
        from: this.end,
        to: samples,
        cause: this.heldSinceSound ? 'hold' : 'unheard',
      });
    }
    return this.take(Number.POSITIVE_INFINITY).filter((gap) => gap.from < samples);
  }

  private open(from: number, to: number, arrival: Arrival): void {
    const cause = this.causeOf(arrival);
    if (cause === 'unheard' && to - from < UNHEARD_MIN) return;
    this.holes.push({ from, to, cause });
  }

  private causeOf(arrival: Arrival): GapCause {
    if (this.heldSinceSound) return 'hold';
    if (this.lossSinceSound) return 'loss';
    return arrival === 'first' ? 'unheard' : 'silence-suppressed';
  }

  private fill(from: number, to: number): void {
    this.holes = this.holes.flatMap((hole) => {
      if (to <= hole.from || from >= hole.to) return [hole];
      const parts = [
        { ...hole, to: from },
        { ...hole, from: to },
      ];
      return parts.filter((part) => part.to - part.from > CRUMB);
    });
  }

  private gapOf({ from, to, cause }: Hole): Gap {
    return { side: this.side, from, samples: to - from, cause };
  }
}

/** A stretch of the recording that explains what is missing in it. */
export interface Range {
  from: number;
  /** Infinity while it lasts. */
  to: number;
}

/** The parts of a gap that lie in none of the ranges, which are in order. */
export function outside(gap: Gap, ranges: readonly Range[]): Gap[] {
  const end = gap.from + gap.samples;
  let { from } = gap;
  const parts: Gap[] = [];
  for (const range of [...ranges, { from: end, to: end }]) {
    const until = Math.min(range.from, end);
    if (until > from) parts.push({ ...gap, from, samples: until - from });
    from = Math.max(from, range.to);
  }
  return parts;
}

/** Milliseconds that are missing, by cause; those of one side count as those of both. */
export function gapsMs(gaps: readonly Gap[], samplesPerMs: number): Record<string, number> {
  const sums = new Map<GapCause, number>();
  for (const { cause, samples } of gaps) sums.set(cause, (sums.get(cause) ?? 0) + samples);
  const inMs = [...sums].map(([cause, samples]) => [cause, Math.round(samples / samplesPerMs)]);
  return Object.fromEntries(inMs) as Record<string, number>;
}
