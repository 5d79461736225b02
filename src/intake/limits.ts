/** How large a file may be. What is larger is refused before it can fill memory: a small archive may unpack to anything. */
import { CodedError } from '../domain/errors';

export interface Limits {
  /** Bytes of the file as it was sent. */
  fileBytes: number;
  /** Bytes that one part of a workbook may unpack to. */
  partBytes: number;
  /** Characters of all distinct texts of a workbook. */
  sharedCharacters: number;
  rows: number;
  columns: number;
  /** Characters of a cell, or of a line: a quotation mark that is never closed takes the rest of the file. */
  cellCharacters: number;
}

/** A line may have so many times the characters of a cell. */
export const LINE_CELLS = 4;

export const LIMITS: Limits = {
  fileBytes: 100 * 1024 * 1024,
  partBytes: 1024 * 1024 * 1024,
  sharedCharacters: 64 * 1024 * 1024,
  rows: 200_000,
  columns: 256,
  cellCharacters: 32_767,
};

/** Which limit it was, for who has to make the file smaller. */
export const tooLarge = (what: keyof Limits, limit: number): CodedError =>
  new CodedError('IMPORT_TOO_LARGE', { what, limit });
