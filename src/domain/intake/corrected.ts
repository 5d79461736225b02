/**
 * The file that comes back with the rejected rows: CSV in the layout of the original, with one column more that says why, to be
 * corrected and imported again. Decides how a cell is written, so that a spreadsheet shows it as it was and runs nothing of it.
 */
import { textOf, type Cell } from './cell';

/** Heading of the column of reasons, by which it is known and passed over when the file comes again. */
export const REASON_HEADING = '未导入原因 Reason';

/** UTF-8 with a byte order mark: else Excel takes Chinese for something else. */
export const BYTE_ORDER_MARK = '\ufeff';

/** What a spreadsheet takes for a formula; a number with its sign is none. */
const RUNS = /^[=+\-@\t\r]/;
const NUMBER = /^[+-]?[\d\s()./-]+$/;

/** One row of values; ends with CR LF (RFC 4180). */
export const csvLine = (values: readonly string[]): string => `${values.map(quoted).join(',')}\r\n`;

/** The rows of the heading, the last of them with the column of reasons behind `width` columns. */
export const headingLines = (rows: readonly (readonly Cell[])[], width: number): string =>
  rows
    .map((cells, at) => {
      const values = padded(cells, width);
      return csvLine(at === rows.length - 1 ? [...values, REASON_HEADING] : [...values, '']);
    })
    .join('');

export function rejectedLine(
  { cells, reasons }: { cells: readonly Cell[]; reasons: readonly { zh: string; en: string }[] },
  width: number,
): string {
  const why = reasons.map(({ zh, en }) => `${zh} / ${en}`);
  return csvLine([...padded(cells, width), why.join('; ')]);
}

const padded = (cells: readonly Cell[], width: number): string[] =>
  Array.from({ length: width }, (_none, column) => shown(cells[column]));

const shown = (cell: Cell | undefined): string =>
  defused(typeof cell === 'string' ? cell : textOf(cell));

/** A text of which a spreadsheet runs nothing. */
export const defused = (text: string): string =>
  RUNS.test(text) && !NUMBER.test(text) ? `'${text}` : text;

const quoted = (text: string): string =>
  /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text;
