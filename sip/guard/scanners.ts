import { forgetOldest, type Holding, type LimitedSource } from './limited-source';

/**
 * Programs that look for open SIP servers and say so themselves. They get no answer: any answer
 * tells them that somebody is here. Pure.
 */
const SCANNER =
  /^User-Agent[ \t]*:[ \t]*[^\r\n]*(?:friendly-scanner|friendly-request|sipvicious|sundayddr|sip-?cli\b|iWar|VaxSIPUserAgent|pplsip|smap\b)/im;

/** Asked before the message is parsed; a body that quotes such a name is none of the caller's doing. */
export function isScanner(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  return SCANNER.test(end < 0 ? text : text.slice(0, end));
}

/** One that has said nothing for so long is not listed any more. */
export const LISTED_MS = 10 * 60 * 1000;
const MAX_SOURCES = 1000;

/**
 * Where scanners were heard lately, to be listed: it is their messages that are dropped, not their
 * addresses, behind which others may sit.
 */
export class ScannersHeard implements Holding {
  private readonly sources = new Map<string, { since: number; last: number; dropped: number }>();

  /** Addresses remembered. */
  get size(): number {
    return this.sources.size;
  }

  heard(address: string, now: number): void {
    const known = this.sources.get(address);
    const before = known !== undefined && now - known.last < LISTED_MS ? known : undefined;
    const { since, dropped } = before ?? { since: now, dropped: 0 };
    // Set again, so that the first is the one that has been quiet for longest.
    this.sources.delete(address);
    this.sources.set(address, { since, last: now, dropped: dropped + 1 });
    forgetOldest(this.sources, MAX_SOURCES);
  }

  held(now: number): LimitedSource[] {
    return [...this.sources].flatMap(([address, { since, last, dropped }]) => {
      const leftMs = last + LISTED_MS - now;
      return leftMs > 0 ? [{ address, why: 'scanner', forMs: now - since, leftMs, dropped }] : [];
    });
  }

  release(address: string): boolean {
    return this.sources.delete(address);
  }
}
