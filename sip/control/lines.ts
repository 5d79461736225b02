/**
 * JSON lines on a socket: cut out of what comes in, and gathered for what goes out. A line longer than
 * the protocol allows is reported once, and the stream is of no further use.
 */
import type { Socket } from 'node:net';

/** What an app may say at once: 256 KB, newline not counted. */
export const MAX_LINE_BYTES = 262_144;

/**
 * What the edge may say at once: its list of dialogs holds the INVITE and the 200 of each, some 4 KB a
 * call, and the app that cannot read it could not take any call over.
 */
export const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export class LineReader {
  private parts: Buffer[] = [];
  private held = 0;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
    /** The longest line from now on. */
    public maxBytes = MAX_LINE_BYTES,
  ) {}

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      if (!this.hold(chunk.subarray(start, end))) return;
      const line = Buffer.concat(this.parts).toString('utf8').trim();
      this.parts = [];
      this.held = 0;
      start = end + 1;
      if (line !== '') this.onLine(line);
    }
    if (start < chunk.length) this.hold(chunk.subarray(start));
  }

  private hold(part: Buffer): boolean {
    this.held += part.length;
    if (this.held > this.maxBytes) {
      this.onTooLong();
      return false;
    }
    this.parts.push(part);
    return true;
  }
}

/** What nobody waits for may lie so long. */
const LATER_MS = 20;

/**
 * Sends all lines of one turn of the event loop in one write: a call's commands come in bursts, and
 * each write costs both sides a system call. Lines stay in the order in which they were written.
 */
export class LineWriter {
  private text = '';
  private isDue = false;
  private later: NodeJS.Timeout | undefined;

  constructor(private readonly socket: Socket) {}

  write(line: object): void {
    this.text += `${JSON.stringify(line)}\n`;
    if (this.isDue) return;
    this.isDue = true;
    setImmediate(() => this.flush());
  }

  /** Sends it before the next line that is written, at the latest after 20 ms. */
  writeLater(line: object): void {
    this.text += `${JSON.stringify(line)}\n`;
    this.later ??= setTimeout(() => this.flush(), LATER_MS);
  }

  /** Sends now; dropped when the socket is gone. */
  flush(): void {
    const { text, socket } = this;
    this.text = '';
    this.isDue = false;
    clearTimeout(this.later);
    this.later = undefined;
    if (text !== '' && socket.writable) socket.write(text);
  }
}
