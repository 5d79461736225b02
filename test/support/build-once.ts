import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { alone } from './lock';

const BUILD = "import { buildWhenStale } from './scripts/build.mjs'; buildWhenStale();";

let built = false;

/**
 * Builds `dist/` when sources are newer, once per test process, and never twice at a time: test files
 * run side by side, and a half-written build would fail a neighbour.
 */
export async function buildOnce(root: string): Promise<void> {
  if (built) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  await alone(`build-${name}`, () => {
    const args = ['--input-type=module', '-e', BUILD];
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`);
  });
  built = true;
}
