/**
 * Opens the file of a recording, and no other file: the path comes from a row, but rows can be
 * wrong and folders can hold links, so where it really lies is looked at before anything is read.
 */
import type { FileHandle } from 'node:fs/promises';
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** The open file and its size; null when there is none inside the folder. The caller closes it. */
export async function openInside(
  folder: string,
  path: string,
): Promise<{ file: FileHandle; size: number } | null> {
  const real = await realInside(folder, path);
  if (real === null) return null;
  const file = await open(real, 'r');
  const stat = await file.stat();
  if (stat.isFile()) return { file, size: stat.size };
  await file.close();
  return null;
}

async function realInside(folder: string, path: string): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const real = await realpath(join(root, path));
    return real.startsWith(root + sep) ? real : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ERR_INVALID_ARG_VALUE: a NUL in the path.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ERR_INVALID_ARG_VALUE') return null;
    throw error;
  }
}
