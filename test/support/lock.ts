import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait';

/** A lock older than this was left by a run that was killed. */
const STALE_AFTER_MS = 180_000;

/** Does the work while no other process holds the name. The lock is a folder, whose making is atomic. */
export async function alone(name: string, work: () => void | Promise<void>): Promise<void> {
  const lock = join(tmpdir(), `openline-${name}`);
  await waitFor(`the lock ${name}`, () => take(lock), STALE_AFTER_MS + 10_000);
  try {
    await work();
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
