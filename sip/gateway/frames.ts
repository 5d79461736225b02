/**
 * Framing of the drachtio protocol: `<length>#<message>`, length in bytes, decimal, at most five
 * digits from an app. Pure; works on byte text.
 */

const MAX_DIGITS = 5;

export class FrameReader {
  private held = '';

  /** @param firstBytes the longest first message; the others may have 99,999 bytes. */
  constructor(private firstBytes = Infinity) {}

  /** Whole messages that became complete; `undefined` when the peer does not speak the protocol. */
  push(bytes: string): string[] | undefined {
    this.held = this.held === '' ? bytes : this.held + bytes;
    const messages: string[] = [];
    let at = 0;
    for (;;) {
      const length = lengthAt(this.held, at);
      if (length === undefined) return undefined;
      if (length === 'more') break;
      if (length > this.firstBytes) return undefined;
      const start = this.held.indexOf('#', at) + 1;
      if (this.held.length < start + length) break;
      messages.push(this.held.slice(start, start + length));
      this.firstBytes = Infinity;
      at = start + length;
    }
    this.held = this.held.slice(at);
    return messages;
  }
}

function lengthAt(text: string, at: number): number | 'more' | undefined {
  let value = 0;
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x23) return i === at ? undefined : value;
    if (c < 0x30 || c > 0x39 || i - at >= MAX_DIGITS) return undefined;
    value = value * 10 + (c - 0x30);
  }
  return 'more';
}

/** A message ready for the wire. */
export function frame(message: string): string {
  return `${message.length}#${message}`;
}
