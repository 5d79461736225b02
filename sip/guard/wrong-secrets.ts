import { forgetOldest, type Holding, type LimitedSource } from './limited-source';

/**
 * Who guesses the secrets of the ports for apps. After ten wrong ones within a minute every connection
 * from that address is heard a second late, those with the right secret too: guessing is of no use at
 * that speed, and an app that shares the address with whoever guesses still gets in. Pure.
 */
export const WRONG_SECRETS = 10;
export const WITHIN_MS = 60_000;
export const DELAY_MS = 1000;
const MAX_SOURCES = 1000;

interface Guesser {
  /** When the last ten were wrong, oldest first; milliseconds on any steady clock. */
  times: number[];
  /** Connections that had to wait since. */
  delayed: number;
}

export class WrongSecrets implements Holding {
  private readonly sources = new Map<string, Guesser>();

  /** Addresses remembered. */
  get size(): number {
    return this.sources.size;
  }

  /** A secret from there was wrong. */
  wrong(address: string, now: number): void {
    const { times, delayed } = this.sources.get(address) ?? { times: [], delayed: 0 };
    const last = [...times, now].slice(-WRONG_SECRETS);
    this.sources.delete(address);
    this.sources.set(address, { times: last, delayed });
    forgetOldest(this.sources, MAX_SOURCES);
  }

  /** How long a connection from there waits until it is heard; 0 for nearly everybody. */
  delayMs(address: string, now: number): number {
    const known = this.sources.get(address);
    if (known === undefined || leftMs(known, now) <= 0) return 0;
    known.delayed++;
    return DELAY_MS;
  }

  held(now: number): LimitedSource[] {
    return [...this.sources].flatMap(([address, known]) => {
      const left = leftMs(known, now);
      const forMs = now - (known.times.at(-1) ?? now);
      return left > 0
        ? [{ address, why: 'secret', forMs, leftMs: left, dropped: known.delayed }]
        : [];
    });
  }

  release(address: string, now: number): boolean {
    const known = this.sources.get(address);
    return known !== undefined && this.sources.delete(address) && leftMs(known, now) > 0;
  }
}

function leftMs({ times }: Guesser, now: number): number {
  const [first] = times;
  return first === undefined || times.length < WRONG_SECRETS ? 0 : first + WITHIN_MS - now;
}
