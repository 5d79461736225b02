/**
 * Which packet of a source it is, and whether it came before (RFC 3711 §3.3.1, §3.3.2). An index has 48
 * bits: the rollover counter, which no packet bears, and the sequence number. Pure.
 */

/** Packets that one may be late; RFC 3711 §3.3.2 asks for 64. */
export const WINDOW = 128;

const SEQUENCES = 0x1_0000;

/**
 * The index next to the highest one that was seen with that sequence number (appendix A). There is none
 * below 0: a source begins in the first round.
 */
export function indexOf(highest: number, sequence: number): number {
  const distance = ((sequence - (highest % SEQUENCES)) << 16) >> 16;
  const index = highest + distance;
  return index < 0 ? index + SEQUENCES : index;
}

export function rolloverOf(index: number): number {
  return Math.floor(index / SEQUENCES);
}

export class ReplayWindow {
  /** The highest index that was seen, -1 for none. */
  highest = -1;
  /** The last index of each residue: another one in its place was not seen. */
  private readonly seen = new Float64Array(WINDOW).fill(-1);

  /** False for one that was seen, and for one so late that nobody can tell. */
  isNew(index: number): boolean {
    return index > this.highest - WINDOW && this.seen[index % WINDOW] !== index;
  }

  /** It is authentic: from now on a copy is none. */
  add(index: number): void {
    this.seen[index % WINDOW] = index;
    if (index > this.highest) this.highest = index;
  }
}
