import { join } from 'node:path';

/** Set by global-setup.ts: a folder of this run of jest, deleted at its end. */
export const RUN_FOLDER = 'OPENLINE_TEST_RUN';

/** A path in it; undefined outside of jest (a bench, a script). */
export function inRunFolder(name: string): string | undefined {
  const folder = process.env[RUN_FOLDER];
  return folder === undefined ? undefined : join(folder, name);
}
