import type { SipMessage } from '../message/sip-message';
import type { ServerTransaction } from './server-transaction';

/**
 * Finds the second copy of a request that was forked on its way and came to us twice (RFC 3261
 * §8.2.2.2): same Call-ID, From-tag and CSeq, another branch. Whoever was refused may ask again.
 */
export class MergedRequests {
  private readonly first = new Map<string, ServerTransaction>();

  /** True when another transaction serves this request already: it is answered 482. */
  isMerged(request: SipMessage): boolean {
    if (request.toTag !== undefined) return false;
    const first = this.first.get(keyOf(request));
    return first !== undefined && first.status < 300 && !first.mayComeBack;
  }

  add(transaction: ServerTransaction): void {
    const { request } = transaction;
    if (request.toTag === undefined) this.first.set(keyOf(request), transaction);
  }

  remove(transaction: ServerTransaction): void {
    const key = keyOf(transaction.request);
    if (this.first.get(key) === transaction) this.first.delete(key);
  }

  clear(): void {
    this.first.clear();
  }
}

function keyOf(request: SipMessage): string {
  return `${request.callId}|${request.fromTag ?? ''}|${request.cseq}|${request.method}`;
}
