/**
 * The mark of a recordings folder, by which an app sees whether the edge's folder is its own. Deleting what
 * "both" have would delete the only copy.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = '.openline-edge';

/**
 * The folder's mark; makes folder and mark when they are not there. With `mark` it gets that one, as further
 * folders of the same edge do. Throws when they cannot be made.
 */
export function markFolder(folder: string, mark?: string): string {
  mkdirSync(folder, { recursive: true });
  const known = folderMark(folder);
  if (known !== null && known === (mark ?? known)) return known;
  return write(folder, mark ?? randomUUID());
}

function write(folder: string, mark: string): string {
  writeFileSync(join(folder, FILE), `${mark}\n`, { mode: 0o644 });
  return mark;
}

/** Null when the folder is no edge's whose files are fetched. */
export function folderMark(folder: string): string | null {
  try {
    return readFileSync(join(folder, FILE), 'utf8').trim() || null;
  } catch {
    // None.
    return null;
  }
}
