import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { aloneNow } from './lock';
import { inRunFolder } from './run-folder';

const BUILD = "import { buildWhenStale } from './scripts/build.mjs'; buildWhenStale();";

/**
 * Builds `dist/` when sources are newer, once in a run of jest, and never twice at a time: test files
 * run side by side, and a half-written build would fail a neighbour.
 */
export function buildNow(root: string): void {
  const looked = inRunFolder('built');
  if (looked !== undefined && existsSync(looked)) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  aloneNow(`build-${name}`, () => {
    const args = ['--input-type=module', '-e', BUILD];
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`);
  });
  if (looked !== undefined) writeFileSync(looked, '');
}
