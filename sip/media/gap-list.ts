/** Stretches of a recording that are missing, and what lists of them add up to. Pure. */

export type GapCause =
  /** Packets are missing, or came too late: after their window was written, or overtaken G.722. */
  | 'loss'
  /** The far side sent nothing, as its sequence numbers show. */
  | 'silence-suppressed'
  /** The far side had us on hold, or we it, or we had it muted. */
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
