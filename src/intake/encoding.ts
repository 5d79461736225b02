/**
 * Text of a file of which nobody says the encoding. With a byte order mark it is what that says; else each line is UTF-8 where
 * it is valid as that, and GB18030 where it is not: files that people put together from several have both.
 */
import { TextDecoder } from 'node:util';
import { LIMITS, LINE_CELLS, tooLarge, type Limits } from './limits';

/** A line without its end, and whether its bytes were of either encoding. */
export interface Line {
  text: string;
  undecodable: boolean;
}

const LF = 0x0a;
/** The most that a character takes, in either encoding. */
const BYTES_OF_CHARACTER = 4;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const gb18030 = new TextDecoder('gb18030', { fatal: true });
const anyhow = new TextDecoder('utf-8');

/**
 * Lines in their order, by blocks as they come. Rejects with `IMPORT_TOO_LARGE`, when a line goes on and on: it would be put
 * together anew with each piece, as long as others wait.
 */
export async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  { cellCharacters }: Pick<Limits, 'cellCharacters'> = LIMITS,
): AsyncGenerator<Line[]> {
  const longest = cellCharacters * LINE_CELLS;
  let first = true;
  let wide: WideText | null = null;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (first) {
      if (rest.length < 3) continue;
      first = false;
      wide = wideOf(rest);
      rest = withoutMark(rest);
    }
    if (wide) {
      yield wide.take(rest);
      if (wide.pending > longest) throw tooLarge('cellCharacters', cellCharacters);
      rest = Buffer.alloc(0);
      continue;
    }
    const end = rest.lastIndexOf(LF) + 1;
    if (end > 0) yield decoded(rest.subarray(0, end - 1));
    rest = rest.subarray(end);
    if (rest.length > longest * BYTES_OF_CHARACTER)
      throw tooLarge('cellCharacters', cellCharacters);
  }
  if (first) wide = wideOf(rest);
  if (wide) yield [...wide.take(first ? withoutMark(rest) : rest), ...wide.last()];
  else if (rest.length > 0) yield decoded(first ? withoutMark(rest) : rest);
}

/** A block of whole lines: as a whole where that is valid, else line by line. GB18030 has no line feed inside a character. */
function decoded(block: Buffer): Line[] {
  const whole = tried(utf8, block);
  if (whole !== null && !TWO_BYTES.test(whole))
    return whole.split('\n').map((text) => ({ text, undecodable: false }));
  const lines: Line[] = [];
  for (let from = 0; from <= block.length;) {
    const found = block.indexOf(LF, from);
    const end = found < 0 ? block.length : found;
    lines.push(decodedLine(block.subarray(from, end)));
    from = end + 1;
  }
  return lines;
}

/**
 * Two bytes of GB18030 may be valid as UTF-8 as well (陆 would be ½): a line without one character that UTF-8 writes with three
 * is Chinese if it can be, unless letters stand beside it, as in José.
 */
const MAY_BE_CHINESE =
  /^(?![^]*[\u0800-\uffff])(?![^]*(?:[a-z][\u0080-\u07ff]|[\u0080-\u07ff][a-z]))[^]*[\u0080-\u07ff]/i;
const TWO_BYTES = /[\u0080-\u07ff]/;
const HAN = /\p{Script=Han}/u;

function decodedLine(bytes: Buffer): Line {
  const plain = tried(utf8, bytes);
  const chinese = plain === null || MAY_BE_CHINESE.test(plain) ? tried(gb18030, bytes) : null;
  const text = chinese !== null && (plain === null || HAN.test(chinese)) ? chinese : plain;
  return text === null
    ? { text: anyhow.decode(bytes), undecodable: true }
    : { text, undecodable: false };
}

function tried(decoder: TextDecoder, bytes: Buffer): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

/** UTF-16, in which a line feed is two bytes. */
class WideText {
  private rest = '';
  private readonly decoder: TextDecoder;

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.decoder = new TextDecoder(encoding);
  }

  /** Characters of the line that has not ended. */
  get pending(): number {
    return this.rest.length;
  }

  take(bytes: Buffer): Line[] {
    const parts = (this.rest + this.decoder.decode(bytes, { stream: true })).split('\n');
    this.rest = parts.pop() ?? '';
    return parts.map((text) => ({ text, undecodable: false }));
  }

  last(): Line[] {
    const text = this.rest + this.decoder.decode();
    return text === '' ? [] : [{ text, undecodable: false }];
  }
}

function wideOf(start: Buffer): WideText | null {
  if (start[0] === 0xff && start[1] === 0xfe) return new WideText('utf-16le');
  return start[0] === 0xfe && start[1] === 0xff ? new WideText('utf-16be') : null;
}

const MARKS = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];

function withoutMark(start: Buffer): Buffer {
  const mark = MARKS.find((bytes) => bytes.every((byte, at) => start[at] === byte));
  return mark === undefined ? start : start.subarray(mark.length);
}
