import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { alone } from './lock';

/** Set by global-setup.ts: a folder of this run of jest. */
export const STARTED_IN = 'OPENLINE_TEST_STARTED';

/**
 * Copies the data folder of a product that was started and stopped; the first who asks makes it. An
 * empty database costs each start 3 s of processor time, and what a first start does has tests of its own.
 * Without STARTED_IN (a bench, a script) nothing is copied.
 */
export async function copyStarted(
  dataDir: string,
  startOnce: (kept: string) => Promise<void>,
): Promise<void> {
  const folder = process.env[STARTED_IN];
  if (folder === undefined) return;
  const kept = join(folder, 'data');
  await alone(basename(folder), async () => {
    if (!existsSync(kept)) await startOnce(kept);
  });
  // PostgreSQL refuses a folder that is not its own user's: owners are kept.
  const copy = spawnSync('cp', ['-a', kept, dataDir], { encoding: 'utf8' });
  if (copy.status !== 0) throw new Error(`the data folder was not copied: ${copy.stderr}`);
  // Two copies that start in one moment would both find it free, and with one password share a database.
  rmSync(join(dataDir, 'postgres.port'));
}
