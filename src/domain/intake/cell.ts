/** What stands in a cell of a file, and why one is refused. The file's kind is forgotten here: paper, PDA, web and SMS are alike. */

/** Text, a number of a spreadsheet, or a formula that came to nothing (`#N/A`, or no result was saved). */
export type Cell = string | number | { error: string };

/** One row of a file, as a spreadsheet counts them: the first is 1. */
export interface SheetRow {
  row: number;
  cells: readonly Cell[];
  /** Its bytes are of no encoding that is known; `cells` has what could be read. */
  undecodable?: true;
}

/** Characters that are not seen and that copying brings along: zero width, direction of text, byte order mark, C0 and C1 controls. */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- they are what is taken out
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** Spreadsheets keep digits as text by `="138…"` or by a leading apostrophe. */
const KEPT_AS_TEXT = /^=\s*"((?:[^"]|"")*)"$/;

/** As a person reads it: without what is not seen, without surrounding blanks. Emoji and their joiners stay. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell !== 'string') return cell.error;
  const [, kept] = KEPT_AS_TEXT.exec(cell.trim()) ?? [];
  const text = kept === undefined ? cell : kept.replaceAll('""', '"');
  return text
    .replace(UNSEEN, '')
    .trim()
    .replace(/^'(?=\S)/, '');
}

/** The same with full-width letters, digits and signs as narrow ones. */
export const plainOf = (cell: Cell | undefined): string => textOf(cell).normalize('NFKC').trim();

/** Why a cell is not taken. */
export type ReasonCode = keyof typeof REASONS;

export const REASONS = {
  ENCODING: {
    zh: '该行的编码无法识别（既不是 UTF-8 也不是 GB18030）',
    en: 'the bytes of this row are neither UTF-8 nor GB18030',
  },
  NUMBER_MISSING: { zh: '没有电话号码', en: 'there is no telephone number' },
  NUMBER_SCIENTIFIC: {
    zh: '号码成了科学计数法，末几位已丢失；请把该列设为文本后重新导出',
    en: 'the spreadsheet has shortened the number (1.38E+10): its last digits are lost; make the column text and export again',
  },
  NUMBER_MASKED: {
    zh: '号码中有星号，缺少数字',
    en: 'digits of the number are hidden by asterisks',
  },
  NUMBER_LENGTH: {
    zh: '像手机号，但不是 11 位',
    en: 'looks like a mobile number, but has not 11 digits',
  },
  NUMBER_NO_AREA: { zh: '固定电话缺少区号', en: 'the area code of the fixed number is missing' },
  NUMBER_UNREADABLE: { zh: '不是有效的电话号码', en: 'is no valid telephone number' },
  NUMBER_OF_NOBODY: {
    zh: '是服务、紧急、收费或本店号码，不属于个人',
    en: 'is a number of a service, for help, with a charge, or our own: nobody’s',
  },
  NUMBERS_TOO_MANY: { zh: '号码超过 5 个', en: 'more than 5 numbers' },
  NAME_LONG: { zh: '姓名超过 100 个字符', en: 'the name is longer than 100 characters' },
  TEXT_LONG: { zh: '内容超过 2000 个字符', en: 'the text is longer than 2000 characters' },
  SEX_UNKNOWN: { zh: '性别只能是男或女', en: 'the sex is neither male nor female' },
  KIND_UNKNOWN: { zh: '只能是个人或公司', en: 'is neither person nor company' },
  DATE_UNREADABLE: {
    zh: '不是日期；请写成 2026-11-05',
    en: 'is no date; write it as 2026-11-05',
  },
  DATE_YEAR_SHORT: {
    zh: '年份只有两位，不知道是哪个世纪；请写四位',
    en: 'the year has two digits, which names no century; write four',
  },
  DATE_AMBIGUOUS: {
    zh: '分不清日和月；请写成 2026-11-05',
    en: 'which is the day and which the month cannot be told; write it as 2026-11-05',
  },
  LEVEL_UNKNOWN: { zh: '级别只能是 H、A、B、C', en: 'the level is none of H, A, B, C' },
  PROSPECT_UNKNOWN: {
    zh: '意向程度只能是高意向、意向、已购车主、普通、垃圾、无意向',
    en: 'the prospect is none of high, intending, owner, ordinary, junk, none',
  },
  CHANNEL_UNKNOWN: { zh: '不是已有的渠道', en: 'is none of the channels' },
  SOURCE_UNKNOWN: {
    zh: '来源只能是呼入电话、总部提供、网络注册、展厅转入、来店',
    en: 'the source is none of inbound, hq, web, showroom, walk-in',
  },
  PLATE_UNREADABLE: { zh: '不是有效的车牌号', en: 'is no number plate' },
  VIN_UNREADABLE: {
    zh: '车架号应为 17 位字母和数字（无 I、O、Q）',
    en: 'a VIN has 17 letters and digits without I, O and Q',
  },
  FORMULA_ERROR: { zh: '公式结果是错误值', en: 'the formula came to an error' },
  FORMULA_NO_RESULT: {
    zh: '公式没有保存结果；请在表格软件中打开并保存后再导入',
    en: 'no result of the formula was saved; open the file in a spreadsheet program, save it, and import it again',
  },
} satisfies Record<string, { zh: string; en: string }>;

/** One cell that was refused. */
export interface Refusal {
  code: ReasonCode;
  /** From 0; null: the row as a whole. */
  column: number | null;
  /** As it stands in the file, shortened. */
  value: string;
}

/** A value that could be read, or why not. */
export type Read<T> = { value: T } | { code: ReasonCode };

/** `A`, `B` … `AA`, as a spreadsheet names columns. */
export function columnLetters(column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
}

/** The sentence that a person reads: where, what stands there, and what is wrong with it. */
export function sayRefusal(
  { code, column, value }: Refusal,
  row: number,
): { zh: string; en: string } {
  const { zh, en } = REASONS[code];
  const at = column === null ? '' : columnLetters(column);
  const shown = value === '' ? '' : ` “${value}”`;
  return {
    zh: `第 ${row} 行${at === '' ? '' : ` ${at} 列`}${shown}：${zh}`,
    en: `row ${row}${at === '' ? '' : `, column ${at}`}${shown}: ${en}`,
  };
}
