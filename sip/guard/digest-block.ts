import type { SipMessage } from '../message/sip-message';

/**
 * Five wrong digests from one source (address and port, or the connection) block its REGISTERs and
 * its requests with credentials for ten minutes. A wrong digest is a request with credentials that
 * the app refused without `stale=true`; a success forgets the count. Pure: time is an argument.
 */

export const WRONG_DIGESTS = 5;
export const BLOCK_MS = 10 * 60 * 1000;
/** More sources than this are forgotten oldest first, so that a flood cannot fill the memory. */
const MAX_SOURCES = 10_000;

interface Source {
  wrong: number;
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

export class DigestBlock {
  private readonly sources = new Map<string, Source>();

  /** True when this request must not reach an app. An INVITE without credentials always may. */
  blocks(source: string, attempt: Attempt, now: number): boolean {
    if (attempt.method !== 'REGISTER' && !attempt.hasCredentials) return false;
    const known = this.sources.get(source);
    if (known === undefined) return false;
    if (now - known.at >= BLOCK_MS) {
      this.sources.delete(source);
      return false;
    }
    return known.wrong >= WRONG_DIGESTS;
  }

  /** The app's final answer to a request with credentials. */
  answered(source: string, answer: { status: number; stale: boolean }, now: number): void {
    if (answer.status >= 200 && answer.status < 300) {
      this.sources.delete(source);
      return;
    }
    const refused = answer.status === 401 || answer.status === 403 || answer.status === 407;
    if (!refused || answer.stale) return;
    const known = this.sources.get(source);
    const wrong = known !== undefined && now - known.at < BLOCK_MS ? known.wrong + 1 : 1;
    this.sources.delete(source);
    this.sources.set(source, { wrong, at: now });
    if (this.sources.size > MAX_SOURCES) {
      const oldest = this.sources.keys().next().value;
      if (oldest !== undefined) this.sources.delete(oldest);
    }
  }
}
