import type { SipMessage } from '../message/sip-message';
import { forgetOldest, type Holding, type LimitedSource } from './limited-source';

/**
 * Five wrong digests from one source (address and port, or the connection) block its REGISTERs and
 * its requests with credentials for ten minutes. A wrong digest is a request with credentials that
 * the app refused without `stale=true`; a success forgets the count. Pure: time is an argument.
 */

export const WRONG_DIGESTS = 5;
export const BLOCK_MS = 10 * 60 * 1000;
/** More sources than this are forgotten oldest first, so that a flood cannot fill the memory. */
const MAX_SOURCES = 10_000;

/** Who tries: `id` tells one source from another, several of which an address may have. */
export interface DigestSource {
  id: string;
  address: string;
}

interface Known {
  address: string;
  wrong: number;
  /** Requests refused since it is blocked. */
  refused: number;
  /** When the last wrong digest came; milliseconds on any steady clock. */
  at: number;
}

/** What of a request matters here. */
export interface Attempt {
  method: string;
  hasCredentials: boolean;
}

/** The request tries to prove who sends it (RFC 3261 §22). */
export function hasCredentials(request: SipMessage): boolean {
  return request.has('authorization') || request.has('proxy-authorization');
}

export class DigestBlock implements Holding {
  private readonly sources = new Map<string, Known>();

  /** Sources remembered. */
  get size(): number {
    return this.sources.size;
  }

  /** True when this request must not reach an app. An INVITE without credentials always may. */
  blocks({ id }: DigestSource, attempt: Attempt, now: number): boolean {
    if (attempt.method !== 'REGISTER' && !attempt.hasCredentials) return false;
    const known = this.sources.get(id);
    if (known === undefined) return false;
    if (now - known.at >= BLOCK_MS) {
      this.sources.delete(id);
      return false;
    }
    if (known.wrong < WRONG_DIGESTS) return false;
    known.refused++;
    return true;
  }

  /** The app's final answer to a request with credentials. */
  answered(
    { id, address }: DigestSource,
    answer: { status: number; stale: boolean },
    now: number,
  ): void {
    if (answer.status >= 200 && answer.status < 300) {
      this.sources.delete(id);
      return;
    }
    const refused = answer.status === 401 || answer.status === 403 || answer.status === 407;
    if (!refused || answer.stale) return;
    const known = this.sources.get(id);
    const before =
      known !== undefined && now - known.at < BLOCK_MS ? known : { wrong: 0, refused: 0 };
    this.sources.delete(id);
    this.sources.set(id, { address, wrong: before.wrong + 1, refused: before.refused, at: now });
    forgetOldest(this.sources, MAX_SOURCES);
  }

  held(now: number): LimitedSource[] {
    return [...this.sources.values()].flatMap(({ address, wrong, refused, at }) => {
      const forMs = now - at;
      if (wrong < WRONG_DIGESTS || forMs >= BLOCK_MS) return [];
      return [{ address, why: 'digest', forMs, leftMs: BLOCK_MS - forMs, dropped: refused }];
    });
  }

  /** Wrong digests that did not block anything yet are forgotten as well. */
  release(address: string, now: number): boolean {
    const blocked = this.held(now).some((one) => one.address === address);
    for (const [id, known] of this.sources) if (known.address === address) this.sources.delete(id);
    return blocked;
  }
}
