import { forgetOldest, type Holding, type LimitedSource } from './limited-source';

/**
 * How many messages one address may send: a token bucket each, so that a flood costs nothing but the
 * look at its address. And how many bytes it may be answered: whose address may be borrowed gets no more
 * than came from there, a small allowance left aside. Who has registered or been talked with is trusted
 * and has no limit: a trunk brings all its calls from one address. Pure: time is an argument.
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
export const MAX_SOURCES = 10_000;

/**
 * Bytes that an address may be answered beyond what it sent: the challenges to a phone that is terse, and
 * with time the answers to whoever only asks now and then whether we live.
 */
export const ANSWER_ALLOWANCE = { bytes: 4096, perSecond: 100 };
/** What an address has sent counts for its answers up to this. */
const MAX_CREDIT = 65_536;

interface Bucket {
  tokens: number;
  /** Bytes that may still be sent there. */
  credit: number;
  /** When `tokens` and `credit` were true; milliseconds on any steady clock. */
  at: number;
  /** The first message refused since the bucket was full. */
  since: number | undefined;
  dropped: number;
}

export class SourceLimits implements Holding {
  private readonly buckets = new Map<string, Bucket>();
  private readonly trusted = new Set<string>();

  constructor(private readonly rate: SourceRate = DEFAULT_RATE) {}

  /** Addresses remembered. */
  get size(): number {
    return this.buckets.size + this.trusted.size;
  }

  /** False when this message of that address is one too many. `now` in milliseconds. */
  allows(address: string, now: number, bytes = 0): boolean {
    if (this.trusted.has(address)) return true;
    const bucket = this.buckets.get(address) ?? this.open(address, now);
    this.refill(bucket, now);
    if (bucket.tokens < 1) {
      bucket.since ??= now;
      bucket.dropped++;
      return false;
    }
    bucket.tokens--;
    bucket.credit = Math.min(MAX_CREDIT, bucket.credit + bytes);
    return true;
  }

  /** False when an answer of that many bytes would be more than the address has paid for. */
  mayAnswer(address: string, bytes: number): boolean {
    const bucket = this.trusted.has(address) ? undefined : this.buckets.get(address);
    if (bucket === undefined) return true;
    if (bucket.credit < bytes) return false;
    bucket.credit -= bytes;
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
    forgetOldest(this.trusted, MAX_SOURCES);
  }

  held(now: number): LimitedSource[] {
    const held: LimitedSource[] = [];
    for (const [address, { tokens, at, since, dropped }] of this.buckets) {
      if (since === undefined) continue;
      const leftMs = at + ((this.rate.burst - tokens) * 1000) / this.rate.perSecond - now;
      if (leftMs > 0) held.push({ address, why: 'flood', forMs: now - since, leftMs, dropped });
    }
    return held;
  }

  release(address: string, now: number): boolean {
    const bucket = this.buckets.get(address);
    if (bucket === undefined) return false;
    this.refill(bucket, now);
    return bucket.since !== undefined && this.buckets.delete(address);
  }

  private open(address: string, now: number): Bucket {
    const { burst } = this.rate;
    const credit = ANSWER_ALLOWANCE.bytes;
    const bucket = { tokens: burst, credit, at: now, since: undefined, dropped: 0 };
    this.buckets.set(address, bucket);
    forgetOldest(this.buckets, MAX_SOURCES);
    return bucket;
  }

  private refill(bucket: Bucket, now: number): void {
    const { perSecond, burst } = this.rate;
    const seconds = Math.max(0, now - bucket.at) / 1000;
    bucket.at = now;
    bucket.tokens = Math.min(burst, bucket.tokens + seconds * perSecond);
    const { bytes } = ANSWER_ALLOWANCE;
    if (bucket.credit < bytes) {
      bucket.credit = Math.min(bytes, bucket.credit + seconds * ANSWER_ALLOWANCE.perSecond);
    }
    if (bucket.tokens < burst) return;
    bucket.since = undefined;
    bucket.dropped = 0;
  }
}
