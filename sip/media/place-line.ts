/**
 * What is done when the media has no stream left for a caller: he hears that it rings, and has the next one that frees,
 * in the order in which they came. What becomes of him after that is up to who took his call.
 */

/**
 * From his INVITE on so long at most it rings for want of a stream. Carriers let a telephone ring for a minute, proxies
 * for more than three (RFC 3261 §16.6), so that he has our answer before theirs; and a 180 lasts for a minute
 * (§13.3.1.1): no other has to follow it.
 */
export const LONGEST_RING_MS = 50_000;
const AGAIN_MS = 250;

/** Of a `MediaFailure`, also as control tells it. */
export const isFull = (error: unknown): boolean => (error as { code?: string }).code === 'capacity';

/** Those who wait for a stream; only who came first asks. */
export class PlaceLine {
  /** Each by what wakes him. */
  private readonly line: (() => void)[] = [];

  /**
   * Asks until there is a place: at once where nobody waits, else in his turn. `patience`: how much longer he waits;
   * null when it is over. Rejects when it is something else that is missing.
   */
  async take<T>(
    ask: () => Promise<T>,
    patience: () => number,
    onFull: () => void,
  ): Promise<T | null> {
    const place = this.line.length === 0 ? await orNull(ask) : null;
    if (place !== null || patience() <= 0) return place;
    onFull();
    let wake = (): void => undefined;
    const me = (): void => wake();
    this.line.push(me);
    try {
      for (;;) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(AGAIN_MS, Math.max(1, patience())));
          wake = () => (clearTimeout(timer), resolve());
        });
        if (patience() <= 0) return null;
        const found = this.line[0] === me ? await orNull(ask) : null;
        if (found !== null) return found;
      }
    } finally {
      this.line.splice(this.line.indexOf(me), 1);
      // Whoever is the first now need not wait for his time.
      this.line[0]?.();
    }
  }
}

/** Null while all are in use. */
async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (isFull(error)) return null;
    throw error;
  }
}
