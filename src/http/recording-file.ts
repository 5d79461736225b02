/**
 * Finds the file of a recording, and no other file: the path comes from a row, but rows can be
 * wrong and folders can hold links, so where it really lies is looked at before anything is read.
 */
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file that may be sent. */
export interface FoundFile {
  /** Absolute, without links. */
  path: string;
  /** Bytes; at least one. */
  size: number;
}

/** Errors that say that the path leads to nothing; the last is for a NUL in it. */
const NOWHERE = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'];

/** The file of that path relative to the folder; null when the folder holds no such file. */
export async function findInside(folder: string, relative: string): Promise<FoundFile | null> {
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, relative));
    if (!path.startsWith(root + sep)) return null;
    const found = await stat(path);
    return found.isFile() && found.size > 0 ? { path, size: found.size } : null;
  } catch (error) {
    if (NOWHERE.includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
