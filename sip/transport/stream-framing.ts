/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3) and recognises the
 * keep-alive CRLFCRLF (RFC 5626 §3.5.1). Pure: bytes in, messages out.
 */
import { DEFAULT_LIMITS } from '../message/limits';

/**
 * `broken` ends the stream: where the next message starts cannot be known any more. It holds the
 * head that said so, to be refused, or is empty when there was none.
 */
export type StreamItem = { message: string } | 'ping' | { broken: string };

/** Each Content-Length line of a head, long or compact, with its value. */
const LENGTHS = /\r\n(?:content-length|l)[ \t]*:(?:\r\n[ \t])?[ \t]*([^\r\n]*)/gi;

export class StreamFramer {
  private held = '';

  /** @param maxBytes the largest message, head and body together. */
  constructor(private readonly maxBytes = DEFAULT_LIMITS.messageBytes) {}

  /** Part of a message is here, and the rest is not; line ends alone are no part of any. */
  get isInside(): boolean {
    return /\S/.test(this.held);
  }

  /** What became complete with these bytes. After `broken` the connection must be closed. */
  push(bytes: string): StreamItem[] {
    this.held += bytes;
    const items: StreamItem[] = [];
    while (this.held !== '') {
      if (this.dropLeadingCrlf(items)) continue;
      const end = this.messageEnd();
      if (typeof end === 'object') {
        this.held = '';
        return [...items, end];
      }
      if (end === undefined || this.held.length < end) break;
      items.push({ message: this.held.slice(0, end) });
      this.held = this.held.slice(end);
    }
    return items;
  }

  /** A double CRLF between messages asks for a pong; a single one is ignored (§7.5). */
  private dropLeadingCrlf(items: StreamItem[]): boolean {
    if (this.held.startsWith('\r\n\r\n')) {
      items.push('ping');
      this.held = this.held.slice(4);
      return true;
    }
    if (this.held.startsWith('\r\n') && this.held.length > 2 && this.held[2] !== '\r') {
      this.held = this.held.slice(2);
      return true;
    }
    return false;
  }

  /** Where the message ends; undefined while its head is not complete. */
  private messageEnd(): number | undefined | { broken: string } {
    const headEnd = this.held.indexOf('\r\n\r\n');
    if (headEnd < 0) return this.held.length > this.maxBytes ? { broken: '' } : undefined;
    const head = this.held.slice(0, headEnd + 4);
    const lengths = [...head.matchAll(LENGTHS)].map((match) => (match[1] as string).trim());
    const [length] = lengths;
    // Without a length, or with two, the end of the body cannot be known on a stream.
    if (length === undefined || lengths.length > 1 || !/^\d{1,9}$/.test(length)) {
      return { broken: head };
    }
    const end = head.length + Number(length);
    return end > this.maxBytes ? { broken: head } : end;
  }
}
