/**
 * Cuts a byte stream into SIP messages by Content-Length (RFC 3261 §18.3) and recognises the
 * keep-alive CRLFCRLF (RFC 5626 §3.5.1). Pure: bytes in, messages out.
 */

/** No header of a real call comes near this; a peer that sends more is not speaking SIP. */
const MAX_HEAD_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 256 * 1024;

export type StreamItem = { message: string } | 'ping' | 'broken';

export class StreamFramer {
  private held = '';

  /** What became complete with these bytes. After `broken` the connection must be closed. */
  push(bytes: string): StreamItem[] {
    this.held += bytes;
    const items: StreamItem[] = [];
    while (this.held !== '') {
      if (this.dropLeadingCrlf(items)) continue;
      const length = this.messageLength();
      if (length === 'broken') return [...items, 'broken'];
      if (length === undefined || this.held.length < length) break;
      items.push({ message: this.held.slice(0, length) });
      this.held = this.held.slice(length);
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

  private messageLength(): number | undefined | 'broken' {
    const end = this.held.indexOf('\r\n\r\n');
    if (end < 0) return this.held.length > MAX_HEAD_BYTES ? 'broken' : undefined;
    if (end > MAX_HEAD_BYTES) return 'broken';
    const match = /\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r\n/i.exec(
      this.held.slice(0, end + 2),
    );
    // Without a length the end of the body cannot be known on a stream.
    if (match === null) return 'broken';
    const body = Number(match[1]);
    return body > MAX_BODY_BYTES ? 'broken' : end + 4 + body;
  }
}
