/** The monotonic clock of a media worker in ticks of 8 kHz, the unit of RTP timestamps. */
export function ticks(): number {
  return Math.floor(performance.now() * 8);
}

export const TICKS_PER_MS = 8;
