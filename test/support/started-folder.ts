import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { alone } from './lock';
import { inRunFolder } from './run-folder';

/**
 * Copies the data folder of a product that was started and stopped; the first who asks makes it. An
 * empty database costs each start 3 s of processor time, and what a first start does has tests of its own.
 * Outside of jest (a bench, a script) nothing is copied.
 */
export async function copyStarted(
  dataDir: string,
  startOnce: (kept: string) => Promise<void>,
): Promise<void> {
  const kept = inRunFolder('data');
  if (kept === undefined) return;
  await alone(`started-${basename(dirname(kept))}`, async () => {
    if (!existsSync(kept)) await startOnce(kept);
  });
  // PostgreSQL refuses a folder that is not its own user's: owners are kept.
  const copy = spawnSync('cp', ['-a', kept, dataDir], { encoding: 'utf8' });
  if (copy.status !== 0) throw new Error(`the data folder was not copied: ${copy.stderr}`);
  // Two copies that start in one moment would both find it free, and with one password share a database.
  rmSync(join(dataDir, 'postgres.port'));
}
