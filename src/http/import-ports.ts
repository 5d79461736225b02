/** Imports of customers and leads, as HTTP asks for them. */
import type { Readable } from 'node:stream';
import type { ImportBatch, ImportOrder } from '../domain/intake/batch';
import type { ImportPreview, PreviewOrder } from '../domain/intake/preview';
import type { StoreId } from '../domain/ids';
import type { Noted } from './ports';
import type { Page, PageRequest } from './queries';

/** Rows of 200,000 people with 25 columns; a spreadsheet is packed and smaller. */
export const IMPORT_LIMIT_BYTES = 104_857_600;

/** Each rejects with `DATABASE_AWAY`'s causes while the database is. */
export interface ImportDesk {
  /**
   * Takes the file, and has it imported as soon as the ones before it are. `noted` is waited for when the file is there whole,
   * and its beginning can be read. Rejects with `CodedError`: `TOO_LARGE`, `INVALID_REQUEST` of a file without a byte,
   * `IMPORT_TOO_LARGE`, `IMPORT_UNREADABLE`, `IMPORT_OLD_EXCEL`, `IMPORT_NO_HEADING`.
   */
  receive(
    order: Omit<ImportOrder, 'sha256' | 'bytes'>,
    file: Readable,
    noted: Noted,
  ): Promise<ImportBatch>;
  /**
   * What the file would do, of which nothing is kept; `gone`: who asked has hung up. Rejects as `receive` does, and with
   * `IMPORT_BROKEN_OFF` when the app is stopped.
   */
  preview(order: PreviewOrder, file: Readable, gone: AbortSignal): Promise<ImportPreview>;
  /** The newest first. */
  list(storeIds: readonly StoreId[], request: PageRequest): Promise<Page<ImportBatch>>;
  find(id: string): Promise<ImportBatch | null>;
  /** The corrected file to be: CSV, in pieces. */
  rejects(batch: ImportBatch): AsyncIterable<string>;
  /** Has it taken back. Rejects with `CodedError`: `IMPORT_GOING`, `IMPORT_UNDONE`. */
  undo(batch: ImportBatch, by: string): Promise<ImportBatch>;
}
