/**
 * Makes of a row of any layout the one format in which all input ends (A25, D03): paper, PDA, web and SMS alike. A row with a
 * cell that cannot be read is refused as a whole, so that nothing of a person is lost unseen: it comes back in the corrected file.
 */
import type { FormChoice } from '../plan';
import type { Prospect } from '../lead/prospect';
import type { LeadLevel } from '../queue/place';
import type { Cell, ReasonCode, Refusal, SheetRow } from './cell';
import { textOf } from './cell';
import { readDate, type DayText } from './dates';
import type { Field } from './fields';
import type { Mapping } from './header';
import { messageFields } from './message';
import { readNumbers, type NumberRules, type ReadNumber } from './numbers';
import {
  readChannel,
  readKind,
  readLevel,
  readName,
  readPlate,
  readProspect,
  readSex,
  readSource,
  readText,
  readVin,
  sexOfName,
  type CustomerKind,
  type LeadSource,
  type Sex,
} from './words';

/** What is said of one person; `''` and null: nothing. */
export interface IntakeRecord {
  numbers: ReadNumber[];
  name: string;
  sex: Sex | null;
  kind: CustomerKind | null;
  customerType: string;
  area: string;
  address: string;
  bornOn: DayText | null;
  note: string;
  level: LeadLevel | null;
  prospect: Prospect | null;
  channel: string | null;
  source: LeadSource | null;
  /** As written: who that is, the plan says. */
  consultant: string;
  presentCar: string;
  interestSeries: string;
  interestModel: string;
  intendedOn: DayText | null;
  contactResult: string;
  nextPlan: string;
  plate: string;
  vin: string;
  series: string;
  model: string;
  boughtOn: DayText | null;
  registeredOn: DayText | null;
  insuredUntil: DayText | null;
}

export interface RecordRules {
  numbers: NumberRules;
  channels: readonly FormChoice[];
  from1904: boolean;
}

export type RowRead = { record: IntakeRecord } | { refusals: Refusal[] };

type Readers = {
  [K in Exclude<keyof IntakeRecord, 'numbers'>]: (
    cell: Cell | undefined,
    rules: RecordRules,
  ) => { value: IntakeRecord[K] } | { code: ReasonCode };
};

const date = (cell: Cell | undefined, { from1904 }: RecordRules) => readDate(cell, from1904);

const READERS: Readers = {
  name: readName,
  sex: readSex,
  kind: readKind,
  customerType: readText,
  area: readText,
  address: readText,
  bornOn: date,
  note: readText,
  level: readLevel,
  prospect: readProspect,
  channel: (cell, { channels }) => readChannel(cell, channels),
  source: readSource,
  consultant: readName,
  presentCar: readText,
  interestSeries: readText,
  interestModel: readText,
  intendedOn: date,
  contactResult: readText,
  nextPlan: readText,
  plate: readPlate,
  vin: readVin,
  series: readText,
  model: readText,
  boughtOn: date,
  registeredOn: date,
  insuredUntil: date,
};

const SHOWN = 60;

/** Whether there is nothing in it; such rows are passed over. */
export const isEmptyRow = ({ cells }: SheetRow): boolean =>
  cells.every((cell) => textOf(cell) === '');

/** The record of a row, or all that is wrong with it. */
export function readRow(row: SheetRow, mapping: Mapping, rules: RecordRules): RowRead {
  if (row.undecodable) return { refusals: [{ code: 'ENCODING', column: null, value: '' }] };
  const refusals: Refusal[] = [];
  const refuse = (code: ReasonCode, column: number | null, cell: Cell | undefined) =>
    refusals.push({ code, column, value: [...textOf(cell)].slice(0, SHOWN).join('') });
  const numbers: ReadNumber[] = [];
  const values: Record<string, unknown> = {};

  const take = (field: Field, cell: Cell | undefined, column: number): void => {
    const fault = faultOf(cell);
    if (fault !== null) return void refuse(fault, column, cell);
    if (field === 'message') return;
    if (field === 'number') {
      const read = readNumbers(cell, rules.numbers);
      if ('code' in read) return void refuse(read.code, column, cell);
      const isNew = ({ number }: ReadNumber) => !numbers.some((one) => one.number === number);
      return void numbers.push(...read.value.filter(isNew));
    }
    const read = READERS[field](cell, rules);
    if ('code' in read) return void refuse(read.code, column, cell);
    values[field] = read.value;
  };

  mapping.forEach((field, column) => field !== null && take(field, row.cells[column], column));
  const message = mapping.indexOf('message');
  if (message >= 0) {
    const text = textOf(row.cells[message]);
    for (const [field, value] of messageFields(text))
      if (field === 'number' ? !numbers.length : !values[field]) take(field, value, message);
    // What the person wrote stays as he wrote it.
    if (!values.note && text !== '') take('note', text, message);
  }
  if (refusals.length === 0 && numbers.length === 0) refuse('NUMBER_MISSING', null, '');
  return refusals.length > 0 ? { refusals } : { record: recordOf(numbers, values) };
}

/** What one cell says by itself, several numbers with commas; null: nothing, or it cannot be read. */
export function readCell(field: Field, cell: Cell | undefined, rules: RecordRules): string | null {
  if (field === 'message' || faultOf(cell) !== null) return null;
  if (field !== 'number') {
    const read = READERS[field](cell, rules);
    return ('value' in read && read.value) || null;
  }
  const read = readNumbers(cell, rules.numbers);
  return ('value' in read && read.value.map(({ number }) => number).join(', ')) || null;
}

function faultOf(cell: Cell | undefined): ReasonCode | null {
  if (typeof cell === 'object')
    return cell.error.startsWith('#') ? 'FORMULA_ERROR' : 'FORMULA_NO_RESULT';
  // A formula that was written out as text.
  return /^=(?!\s*")[A-Z$(]/i.test(textOf(cell)) ? 'FORMULA_NO_RESULT' : null;
}

const NOTHING: Omit<IntakeRecord, 'numbers'> = {
  ...{
    name: '',
    sex: null,
    kind: null,
    customerType: '',
    area: '',
    address: '',
    bornOn: null,
    note: '',
  },
  ...{
    level: null,
    prospect: null,
    channel: null,
    source: null,
    consultant: '',
    presentCar: '',
    interestSeries: '',
  },
  ...{ interestModel: '', intendedOn: null, contactResult: '', nextPlan: '' },
  ...{
    plate: '',
    vin: '',
    series: '',
    model: '',
    boughtOn: null,
    registeredOn: null,
    insuredUntil: null,
  },
};

function recordOf(numbers: ReadNumber[], values: Record<string, unknown>): IntakeRecord {
  const record: IntakeRecord = { ...NOTHING, ...(values as Partial<IntakeRecord>), numbers };
  return { ...record, sex: record.sex ?? sexOfName(record.name) };
}

const DATES: ReadonlySet<Field | null | undefined> = new Set([
  ...(['bornOn', 'intendedOn', 'boughtOn', 'registeredOn', 'insuredUntil'] as const),
]);

/** The cells of a row that is given back: days that a spreadsheet counts as people write them, because a CSV file does not say from when. */
export const cellsToKeep = (cells: readonly Cell[], mapping: Mapping, from1904: boolean): Cell[] =>
  cells.map((cell, column) => {
    if (typeof cell !== 'number' || !DATES.has(mapping[column])) return cell;
    const read = readDate(cell, from1904);
    return 'value' in read && read.value !== null ? read.value : cell;
  });

/** The same for the same content, whatever the layout of the file was: by it a row is known that has landed before. */
export const contentOf = (record: IntakeRecord): string =>
  JSON.stringify([
    record.numbers.map(({ number }) => number),
    ...Object.keys(NOTHING)
      .filter((field) => field !== 'prospect')
      .map((field) => record[field as keyof IntakeRecord]),
    // Rows that landed before there was such a column are the same still.
    ...(record.prospect === null ? [] : [record.prospect]),
  ]);
