/**
 * The distinct texts of a workbook, of which there may be millions, as bytes: a text that is cut out of a piece of the file would
 * keep all of that piece in memory, and each has more around it than in it.
 */
const PAGE_BYTES = 1024 * 1024;
const BYTES_OF_UNIT = 2;

export class SharedTexts {
  private readonly pages: Buffer[] = [];
  /** Bytes of the last page; there is none at first. */
  private used = Infinity;
  /** Of each text its page, where it begins there, and where it ends. */
  private places = new Uint32Array(3 * 1024);
  private count = 0;

  add(text: string): void {
    const bytes = text.length * BYTES_OF_UNIT;
    if (this.used + bytes > PAGE_BYTES) {
      this.pages.push(Buffer.allocUnsafeSlow(Math.max(PAGE_BYTES, bytes)));
      this.used = 0;
    }
    const page = this.pages.length - 1;
    // Half of a surrogate pair is none in UTF-8.
    this.pages[page]?.write(text, this.used, 'utf16le');
    if (this.places.length < 3 * (this.count + 1)) {
      const more = new Uint32Array(this.places.length * 2);
      more.set(this.places);
      this.places = more;
    }
    this.places.set([page, this.used, this.used + bytes], 3 * this.count);
    this.count += 1;
    this.used += bytes;
  }

  /** Undefined: there is none with that number. */
  at(nth: number): string | undefined {
    if (!Number.isInteger(nth) || nth < 0 || nth >= this.count) return undefined;
    const [page = 0, from, to] = this.places.subarray(3 * nth, 3 * nth + 3);
    return this.pages[page]?.toString('utf16le', from, to);
  }
}
