/**
 * A data folder into which a backup is being restored, or was when that was broken off. It is marked from the first file
 * to the last, so that nobody takes half of a restore for the whole.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'restoring';

/** What is restored there; null: the folder is whole. */
export function unfinishedRestore(dataDir: string): string | null {
  const path = join(dataDir, FILE);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
}

export const beginRestore = (dataDir: string, backup: string): void =>
  writeFileSync(join(dataDir, FILE), `${backup}\n`, { mode: 0o600, flush: true });

export const endRestore = (dataDir: string): void => rmSync(join(dataDir, FILE));

/** Throws, with what to do, for a folder that is not whole. */
export function refuseUnfinished(dataDir: string): void {
  const backup = unfinishedRestore(dataDir);
  if (backup === null) return;
  throw new Error(
    `${dataDir} holds a part of a backup: restoring ${backup} was broken off. ` +
      `Run npx openline restore ${backup} again, or set OPENLINE_DATA to another folder.`,
  );
}
