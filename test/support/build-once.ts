import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait';

/** A lock older than this was left by a run that was killed. */
const STALE_AFTER_MS = 180_000;

const BUILD = "import { buildWhenStale } from './scripts/build.mjs'; buildWhenStale();";

let built = false;

/**
 * Builds `dist/` when sources are newer, once per test process, and never twice at a time: test files
 * run side by side, and a half-written build would fail a neighbour. The lock is a folder, whose
 * making is atomic.
 */
export async function buildOnce(root: string): Promise<void> {
  if (built) return;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  const lock = join(tmpdir(), `openline-build-${name}`);
  await waitFor('the build lock', () => take(lock), STALE_AFTER_MS + 10_000);
  try {
    const args = ['--input-type=module', '-e', BUILD];
    const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`the build failed:\n${run.stdout}${run.stderr}`);
    built = true;
  } finally {
    rmdirSync(lock);
  }
}

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    if (isStale(lock)) rmdirSync(lock);
    return false;
  }
}

function isStale(lock: string): boolean {
  try {
    return Date.now() - statSync(lock).mtimeMs > STALE_AFTER_MS;
  } catch {
    // Released between the two calls.
    return false;
  }
}
