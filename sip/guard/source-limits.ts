/**
 * How many messages one address may send: a token bucket each, so that a flood costs nothing but the
 * look at its address. Who has registered or been talked with is trusted and has no limit: a trunk
 * brings all its calls from one address. Pure: time is an argument.
 */
export interface SourceRate {
  /** Messages a second, in the long run. */
  perSecond: number;
  /** Messages at once. */
  burst: number;
}

/** A hundred calls a second from an address that nobody knows yet stay far below. */
export const DEFAULT_RATE: SourceRate = { perSecond: 2000, burst: 6000 };

/** Addresses kept of each kind; the oldest is forgotten first, so that a flood fills no memory. */
const MAX_SOURCES = 10_000;

interface Bucket {
  tokens: number;
  /** When `tokens` was true; milliseconds on any steady clock. */
  at: number;
}

export class SourceLimits {
  private readonly buckets = new Map<string, Bucket>();
  private readonly trusted = new Set<string>();

  constructor(private readonly rate: SourceRate = DEFAULT_RATE) {}

  /** False when this message of that address is one too many. `now` in milliseconds. */
  allows(address: string, now: number): boolean {
    if (this.trusted.has(address)) return true;
    const bucket = this.buckets.get(address);
    if (bucket === undefined) {
      this.buckets.set(address, { tokens: this.rate.burst - 1, at: now });
      forgetOldest(this.buckets);
      return true;
    }
    const earned = ((now - bucket.at) * this.rate.perSecond) / 1000;
    bucket.tokens = Math.min(this.rate.burst, bucket.tokens + Math.max(0, earned));
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  isTrusted(address: string): boolean {
    return this.trusted.has(address);
  }

  /** An app has accepted a REGISTER or an INVITE from there. */
  trust(address: string): void {
    this.buckets.delete(address);
    this.trusted.delete(address);
    this.trusted.add(address);
    forgetOldest(this.trusted);
  }
}

function forgetOldest(sources: Map<string, unknown> | Set<string>): void {
  if (sources.size <= MAX_SOURCES) return;
  const oldest = sources.keys().next().value;
  if (oldest !== undefined) sources.delete(oldest);
}
