/**
 * Reads dates as people write them. A year has four digits: `26/11/5` may be 1926, 2026 or the 26th, and is refused. Of
 * `5/11/2026` nobody can tell which is the day, and it is refused, unless one of the two is above 12; with dots (`5.11.2026`)
 * the day stands first.
 */
import { plainOf, type Cell, type Read } from './cell';

/** `2026-11-05`. */
export type DayText = string;

/** Days from 1970 to where spreadsheets begin to count. Before March 1900 they are one off, and no date of ours is. */
const EPOCH_1900 = -25_569;
const EPOCH_1904 = -24_107;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** 1900-03-01 and 2100-01-01 as days of a spreadsheet. */
const FIRST_SERIAL = 61;
const LAST_SERIAL = 73_051;

const YEAR_FIRST = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT].*)?$/;
const TOGETHER = /^((?:19|20)\d{2})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:\s.*)?$/;
const SHORT_YEAR = /^\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s.*)?$/;
const SERIAL = /^\d{4,5}(?:\.\d+)?$/;

/** Null: the cell is empty. `from1904`: the workbook counts from there, as old ones of a Mac do. */
export function readDate(cell: Cell | undefined, from1904 = false): Read<DayText | null> {
  const text = plainOf(cell);
  if (text === '') return { value: null };
  if (typeof cell === 'number' || SERIAL.test(text)) return ofSerial(Number(text), from1904);
  const first = YEAR_FIRST.exec(text) ?? TOGETHER.exec(text);
  if (first) return dayOf(Number(first[1]), Number(first[2]), Number(first[3]));
  const last = YEAR_LAST.exec(text);
  if (last) return ofYearLast(Number(last[1]), Number(last[3]), Number(last[4]), last[2] === '.');
  return { code: SHORT_YEAR.test(text) ? 'DATE_YEAR_SHORT' : 'DATE_UNREADABLE' };
}

function ofYearLast(one: number, two: number, year: number, hasDots: boolean): Read<DayText> {
  if (hasDots || one > 12) return dayOf(year, two, one);
  if (two > 12) return dayOf(year, one, two);
  return one === two ? dayOf(year, one, two) : { code: 'DATE_AMBIGUOUS' };
}

/** `20261105` as a number is no serial, but a date that was typed together. */
function ofSerial(serial: number, from1904: boolean): Read<DayText> {
  const together = TOGETHER.exec(String(serial));
  if (together) return dayOf(Number(together[1]), Number(together[2]), Number(together[3]));
  if (!(serial >= FIRST_SERIAL && serial < LAST_SERIAL)) return { code: 'DATE_UNREADABLE' };
  return { value: dayText((from1904 ? EPOCH_1904 : EPOCH_1900) + Math.floor(serial)) };
}

function dayOf(year: number, month: number, day: number): Read<DayText> {
  if (year < 1900 || year > 2099) return { code: 'DATE_UNREADABLE' };
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = month === 2 && isLeap ? 29 : (MONTHS[month - 1] ?? 0);
  if (day < 1 || day > days) return { code: 'DATE_UNREADABLE' };
  return { value: written(year, month, day) };
}

/** Of a day since 1970, by eras of 400 years that begin in March, so that the leap day is the last of a year. */
function dayText(since1970: number): DayText {
  const days = since1970 + 719_468;
  const era = Math.floor(days / 146_097);
  const ofEra = days - era * 146_097;
  const leaps = Math.floor(ofEra / 1460) - Math.floor(ofEra / 36_524) + Math.floor(ofEra / 146_096);
  const yearOfEra = Math.floor((ofEra - leaps) / 365);
  const ofYear =
    ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return written(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

const written = (year: number, month: number, day: number): DayText =>
  [year, month, day].map((part) => String(part).padStart(2, '0')).join('-');
