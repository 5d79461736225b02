/**
 * What a backup says of itself. The manifest is written last and names the hash of the list of files, the list those of
 * the files: whoever has a manifest that is right has all. A folder without one is no backup.
 */
import { resolve, sep } from 'node:path';
import type { Instant } from '../domain/time';
import type { Ledger } from '../http/queries';

export const MANIFEST = 'manifest.json';
/** JSON lines, one a file. */
export const FILES = 'files.jsonl';
/** Readers of another format refuse. */
export const FORMAT = 1;

export interface Manifest {
  format: typeof FORMAT;
  /** Of the product that made it. */
  version: string;
  /** By the database's clock: the moment as which everything stands in it. */
  at: Instant;
  /** Name of the newest migration. */
  migration: string;
  /**
   * Everything that had happened by then stood in the database. Else the rest is in the journal that came along, and the
   * ledger is without it.
   */
  caughtUp: boolean;
  /** In the order in which they can be filled. */
  tables: { name: string; columns: string[]; rows: number }[];
  sequences: Record<string, string>;
  /** Missing in a backup of an older version. */
  jobs?: { table: string; rows: number }[];
  /** The hotlines' ledger of all time at that moment; the first is of all hotlines together. */
  ledger: Ledger[];
  openPromises: number;
  recordings: { files: number; bytes: number; missing: string[]; damaged: string[] };
  /** Secrets came along, encrypted. */
  secrets: boolean;
  /** Of the list of files. */
  files: { count: number; sha256: string };
}

export interface ListedFile {
  /** Relative to the backup, with slashes. */
  path: string;
  bytes: number;
  sha256: string;
}

/** What is wrong with a backup, as a code that the command puts into words. */
export class BackupFault extends Error {
  override name = 'BackupFault';
  constructor(
    readonly code:
      | 'NO_BACKUP'
      | 'OTHER_FORMAT'
      | 'NEWER_VERSION'
      | 'DAMAGED'
      | 'UNDER_WAY'
      | 'NO_ROOM'
      | 'NOT_EMPTY'
      | 'FILE_THERE'
      | 'DATABASE_TAKEN'
      | 'WRONG_PASSPHRASE'
      | 'NO_SCHEMA'
      | 'NO_DATABASE',
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`);
  }
}

/** The absolute path of a file in a folder. Throws `BackupFault` when it would lie elsewhere. */
export function inside(folder: string, path: string): string {
  const root = resolve(folder);
  const found = resolve(root, path);
  if (!found.startsWith(root + sep)) throw new BackupFault('DAMAGED', path);
  return found;
}
