import { mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from './wait';

/** A lock older than this was left by a run that was killed. */
const STALE_AFTER_MS = 180_000;
const PATIENCE_MS = STALE_AFTER_MS + 10_000;
const LOOK_EVERY_MS = 50;

/** Does the work while no other process holds the name. The lock is a folder, whose making is atomic. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  const lock = lockOf(name);
  await waitFor(`the lock ${name}`, () => take(lock), PATIENCE_MS);
  try {
    await work();
  } finally {
    rmdirSync(lock);
  }
}

/** The same for who cannot wait for a promise: the process stands still meanwhile. */
export function aloneNow(name: string, work: () => void): void {
  const lock = lockOf(name);
  const until = Date.now() + PATIENCE_MS;
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  while (!take(lock)) {
    if (Date.now() > until) throw new Error(`waited in vain for the lock ${name}`);
    Atomics.wait(sleeper, 0, 0, LOOK_EVERY_MS);
  }
  try {
    work();
  } finally {
    rmdirSync(lock);
  }
}

const lockOf = (name: string): string => join(tmpdir(), `openline-${name}`);

function take(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    // Another who waits may remove it, too.
    if (isStale(lock)) rmSync(lock, { recursive: true, force: true });
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
