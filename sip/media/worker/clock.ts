/**
 * The monotonic clock of a media worker in ticks of 8 kHz, the unit of RTP timestamps. Like these a
 * signed 32 bit number that wraps (after 74 hours): only distances of two readings mean something.
 */
export function ticks(): number {
  return ticksAt(performance.now());
}

/** The same of a reading of `performance.now()`. */
export function ticksAt(ms: number): number {
  return (ms * TICKS_PER_MS) | 0;
}

/** Ticks from one reading to a later one, up to 74 hours apart. */
export function ticksSince(earlier: number, now: number): number {
  return (now - earlier) | 0;
}

/** The monotonic clock of the machine, milliseconds: the same for all threads and processes. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export const TICKS_PER_MS = 8;
