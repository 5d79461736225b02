/**
 * Whether a lot is fair: how often each was drawn, against how often he was to be by the number of those who could have
 * been. Seeds decide the lots, so that a day is unfair or not, and never now and then.
 */

/** By chance one agent in 150,000 is so far off. */
const MOST_SIGMAS = 4.5;

interface Share {
  drawn: number;
  expected: number;
  variance: number;
}

export class Lot {
  private readonly shares = new Map<string, Share>();
  /** How far those who were drawn stood from the middle of their pool, by name: few draws show a lot that is none. */
  private readonly places = { off: 0, variance: 0 };

  /** One of the pool, himself included. */
  drawn(id: string, pool: ReadonlySet<string>): void {
    const chance = 1 / pool.size;
    this.places.off += [...pool].sort().indexOf(id) - (pool.size - 1) / 2;
    this.places.variance += (pool.size ** 2 - 1) / 12;
    for (const one of pool) {
      const share = this.shares.get(one) ?? { drawn: 0, expected: 0, variance: 0 };
      share.drawn += one === id ? 1 : 0;
      share.expected += chance;
      share.variance += chance * (1 - chance);
      this.shares.set(one, share);
    }
  }

  /** Of another day. */
  add({ shares, places }: Lot): void {
    this.places.off += places.off;
    this.places.variance += places.variance;
    for (const [id, { drawn, expected, variance }] of shares) {
      const so = this.shares.get(id) ?? { drawn: 0, expected: 0, variance: 0 };
      this.shares.set(id, {
        drawn: so.drawn + drawn,
        expected: so.expected + expected,
        variance: so.variance + variance,
      });
    }
  }

  get fault(): string | null {
    const { off, variance: spread } = this.places;
    if (Math.abs(off) > MOST_SIGMAS * Math.sqrt(spread)) return `the lot prefers some (${off})`;
    for (const [id, { drawn, expected, variance }] of this.shares)
      if (Math.abs(drawn - expected) > MOST_SIGMAS * Math.sqrt(variance))
        return `by lot ${id} is asked ${drawn} times instead of ${expected.toFixed(1)}`;
    return null;
  }
}
