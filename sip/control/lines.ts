/**
 * Cuts a byte stream into lines. A line longer than the protocol allows is reported once, and the
 * stream is of no further use.
 */

/** 256 KB, newline not counted. */
export const MAX_LINE_BYTES = 262_144;

export class LineReader {
  private parts: Buffer[] = [];
  private held = 0;

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly onTooLong: () => void,
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
    if (this.held > MAX_LINE_BYTES) {
      this.onTooLong();
      return false;
    }
    this.parts.push(part);
    return true;
  }
}
