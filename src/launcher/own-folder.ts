/**
 * Decides by which name the launcher knows its own folder: by the one it was started with. Where that is a link, a child that
 * is started again is of the version to which the link leads by then (docs/operations.md, "Upgrade").
 */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';

/** `program`: as Node was told; `folder`: where it really lies. */
export function ownFolder(program: string | undefined, folder: string): string {
  if (program === undefined) return folder;
  const named = dirname(program);
  try {
    return realpathSync(named) === realpathSync(folder) ? named : folder;
  } catch {
    return folder;
  }
}
