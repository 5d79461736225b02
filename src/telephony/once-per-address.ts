/** Tells of each address once in a while, so that a flood of tries fills no table. */

/** So many are remembered; while more of them come, the rest is in the log. */
const MAX_REMEMBERED = 1000;

export class OncePerAddress {
  /** When each was told last, the longest ago first. */
  private readonly told = new Map<string, number>();

  constructor(private readonly everyMs: number) {}

  /** Whether it is to be told now; then not again before `everyMs`. */
  isDue(address: string, now: number): boolean {
    for (const [known, before] of this.told) {
      if (now - before < this.everyMs) break;
      this.told.delete(known);
    }
    if (this.told.has(address) || this.told.size >= MAX_REMEMBERED) return false;
    this.told.set(address, now);
    return true;
  }
}
