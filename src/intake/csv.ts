/** Rows of separated values: the separator is found out, and quoted values may have separators, quotation marks and line ends. */
import type { SheetRow } from '../domain/intake/cell';
import type { Line } from './encoding';
import { LINE_CELLS, tooLarge, type Limits } from './limits';

const SEPARATORS = [',', '\t', ';', '|'] as const;
/** Lines from which the separator is guessed. */
const SAMPLE = 40;

/** Blocks of rows. Rejects with `IMPORT_TOO_LARGE`. */
export async function* csvRows(
  blocks: AsyncIterable<Line[]>,
  limits: Limits,
): AsyncGenerator<SheetRow[]> {
  let reader: CsvReader | null = null;
  let sample: Line[] = [];
  for await (const block of blocks) {
    if (reader === null) {
      sample = [...sample, ...block];
      if (sample.length < SAMPLE) continue;
      reader = new CsvReader(separatorOf(sample), limits);
      yield reader.take(sample);
    } else yield reader.take(block);
  }
  reader ??= new CsvReader(separatorOf(sample), limits);
  if (sample.length < SAMPLE) yield reader.take(sample);
  yield reader.last();
}

/** The one by which most lines have the same number of values, two at least; a comma, when there is none. */
export function separatorOf(lines: readonly Line[]): string {
  let best = { separator: ',' as string, score: 0 };
  for (const separator of SEPARATORS) {
    const times = new Map<number, number>();
    for (const { text } of lines.slice(0, SAMPLE)) {
      const count = text.replace(/"[^"]*"/g, '').split(separator).length - 1;
      if (count > 0) times.set(count, (times.get(count) ?? 0) + 1);
    }
    for (const [count, lineCount] of times) {
      const score = lineCount * 100 + Math.min(count, 99);
      if (score > best.score) best = { separator, score };
    }
  }
  return best.separator;
}

class CsvReader {
  private row = 0;
  /** What an open quotation mark has taken so far; null: none is open. */
  private open: { text: string; undecodable: boolean } | null = null;

  constructor(
    private readonly separator: string,
    private readonly limits: Limits,
  ) {}

  take(lines: readonly Line[]): SheetRow[] {
    const rows: SheetRow[] = [];
    for (const line of lines) {
      const text = this.open === null ? line.text : `${this.open.text}\n${line.text}`;
      const undecodable = line.undecodable || (this.open?.undecodable ?? false);
      if (text.length > this.limits.cellCharacters * LINE_CELLS)
        throw tooLarge('cellCharacters', this.limits.cellCharacters);
      const ended = text.endsWith('\r') ? text.slice(0, -1) : text;
      const cells = this.cellsOf(ended);
      this.open = cells === null ? { text, undecodable } : null;
      if (cells !== null) rows.push(this.rowOf(cells, undecodable));
    }
    return rows;
  }

  /** A quotation mark that was never closed stands for itself. */
  last(): SheetRow[] {
    if (this.open === null) return [];
    const { text, undecodable } = this.open;
    this.open = null;
    return text.split(/\r?\n/).map((line) => this.rowOf(line.split(this.separator), undecodable));
  }

  private rowOf(cells: readonly string[], undecodable: boolean): SheetRow {
    if (cells.length > this.limits.columns) throw tooLarge('columns', this.limits.columns);
    this.row += 1;
    const row = { row: this.row, cells };
    return undecodable ? { ...row, undecodable: true } : row;
  }

  /** Null: a quoted value goes on in the next line. */
  private cellsOf(text: string): string[] | null {
    if (!text.includes('"')) return text.split(this.separator);
    const cells: string[] = [];
    for (let at = 0; ;) {
      // Blanks before a quotation mark belong to nobody.
      const start = at + (/^ */.exec(text.slice(at, at + 8))?.[0].length ?? 0);
      if (text[start] !== '"') {
        const end = text.indexOf(this.separator, at);
        cells.push(text.slice(at, end < 0 ? undefined : end));
        if (end < 0) return cells;
        at = end + 1;
        continue;
      }
      const quoted = this.quotedAt(text, start + 1);
      if (quoted === null) return null;
      cells.push(quoted.value);
      if (quoted.end >= text.length) return cells;
      at = quoted.end + 1;
    }
  }

  /** The value, and where its separator or the end is. What stands behind the closing mark is taken along. */
  private quotedAt(text: string, from: number): { value: string; end: number } | null {
    let value = '';
    for (let at = from; ;) {
      const mark = text.indexOf('"', at);
      if (mark < 0) return null;
      value += text.slice(at, mark);
      if (text[mark + 1] === '"') {
        value += '"';
        at = mark + 2;
        continue;
      }
      const found = text.indexOf(this.separator, mark + 1);
      const end = found < 0 ? text.length : found;
      return { value: value + text.slice(mark + 1, end).trimEnd(), end };
    }
  }
}
