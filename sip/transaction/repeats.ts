import type { ServerTransaction } from './server-transaction';

/**
 * Knows a request that is sent again by a glance at its text: method, branch of the first Via and length
 * are those of one that is being served, and its Call-ID and CSeq stand in it. A flood of repetitions, which is
 * what overload looks like on UDP, then costs next to nothing. What is not recognised here is parsed and
 * found the long way.
 */
export class Repeats {
  private readonly served = new Map<string, { length: number; transaction: ServerTransaction }>();

  /** `text` is the request as it came; left out when the first branch in it is not that of its Via. */
  add(text: string, transaction: ServerTransaction): void {
    const key = nameOf(transaction);
    if (keyOf(text) === key) this.served.set(key, { length: text.length, transaction });
  }

  remove(transaction: ServerTransaction): void {
    const key = nameOf(transaction);
    if (this.served.get(key)?.transaction === transaction) this.served.delete(key);
  }

  find(text: string): ServerTransaction | undefined {
    const key = keyOf(text);
    const known = key === undefined ? undefined : this.served.get(key);
    if (known?.length !== text.length) return undefined;
    const { request } = known.transaction;
    // The number too: there are phones that never change their branch.
    const same = text.includes(request.callId) && text.includes(request.get('cseq') ?? '');
    return same ? known.transaction : undefined;
  }

  clear(): void {
    this.served.clear();
  }
}

function nameOf({ request }: ServerTransaction): string {
  return `${request.method} ${request.via?.branch ?? ''}`;
}

/** `INVITE z9hG4bK…`; undefined for responses, ACKs, and texts that need a closer look. */
function keyOf(text: string): string | undefined {
  const space = text.indexOf(' ');
  const method = text.slice(0, space);
  if (space < 3 || space > 20 || method === 'ACK' || method.startsWith('SIP/')) return undefined;
  const at = text.indexOf(';branch=', space);
  if (at < 0) return undefined;
  let end = at + 8;
  while (end < text.length && !ENDS.has(text.charCodeAt(end))) end++;
  return `${method} ${text.slice(at + 8, end)}`;
}

/** `;`, `,`, blank, tab, CR, LF. */
const ENDS = new Set([0x3b, 0x2c, 0x20, 0x09, 0x0d, 0x0a]);
