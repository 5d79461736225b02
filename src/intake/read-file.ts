/** Opens a file that somebody sent, whatever it is called: what it is its first bytes say. */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { CodedError } from '../domain/errors';
import type { SheetRow } from '../domain/intake/cell';
import { isEmptyRow } from '../domain/intake/record';
import { csvRows } from './csv';
import { linesOf } from './encoding';
import { LIMITS, tooLarge, type Limits } from './limits';
import { openWorkbook } from './xlsx';

export interface SheetFile {
  kind: 'csv' | 'xlsx';
  from1904: boolean;
  /** Blocks of rows, in their order; can be taken once. */
  rows: AsyncGenerator<SheetRow[]>;
}

/** A page of a printed list has a heading, and at least so many rows. */
const OF_HEADINGS = 10;
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1');
/** Of the files of Excel before 2007, and of any of Excel that has a password. */
const OLD_EXCEL = Buffer.from('d0cf11e0', 'hex');

/**
 * Rejects with `CodedError`: `IMPORT_TOO_LARGE`, `IMPORT_UNREADABLE`, `IMPORT_OLD_EXCEL`, also while rows are taken. More rows
 * than the limit has end it so, too.
 */
export async function readSheet(path: string, limits: Limits = LIMITS): Promise<SheetFile> {
  const { size } = await stat(path);
  if (size > limits.fileBytes) throw tooLarge('fileBytes', limits.fileBytes);
  const start = await firstBytes(path);
  if (start.equals(OLD_EXCEL)) throw new CodedError('IMPORT_OLD_EXCEL');
  if (!start.equals(ZIP)) {
    const chunks = createReadStream(path) as AsyncIterable<Buffer>;
    const rows = bounded(csvRows(linesOf(chunks, limits), limits), limits.rows);
    return { kind: 'csv', from1904: false, rows };
  }
  const { from1904, rows } = await openWorkbook(path, limits);
  return { kind: 'xlsx', from1904, rows: bounded(rows, limits.rows) };
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Rows with nothing in them are none: a sheet has a million, if somebody has coloured a column of it. */
async function* bounded(rows: AsyncGenerator<SheetRow[]>, most: number) {
  // Titles and headings, also those of each page, come on top of what may land, which who reads them counts.
  const within = most + 100 + Math.floor(most / OF_HEADINGS);
  let count = 0;
  for await (const block of rows) {
    count += block.filter((row) => !isEmptyRow(row)).length;
    if (count > within) throw tooLarge('rows', most);
    yield block;
  }
}
