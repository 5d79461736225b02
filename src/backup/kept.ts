/**
 * Backups that are made by themselves, each one file. Decides their names, which of them go, and that one has its name
 * only when it was read through and found whole: until then it is called `.new`.
 */
import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../domain/time';
import { Pace, syncFolder } from './copy';
import { lockShelf, makeBackup, type BackupOptions, type MadeBackup } from './make';
import { makeFolder } from './make-folder';
import { BackupFault } from './manifest';
import { nameOf } from './shelf';
import { verifyBackup } from './verify';

const WHOLE = /^openline-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z\.tar$/;
/** Of a try that was broken off, or whose file was not verified. */
const LEFT = /^openline-\d{8}T\d{6}Z\.tar\.new(\.partial)?$/;

export interface KeptOptions extends Omit<BackupOptions, 'shelf' | 'file' | 'passphrase'> {
  dir: string;
  /** So many of the newest stay. */
  keep: number;
}

/** When the newest was made that is whole; null: there is none. Rejects when the folder cannot be read. */
export async function newestKept(dir: string): Promise<Instant | null> {
  if (!existsSync(dir)) return null;
  const [, ...parts] = WHOLE.exec((await wholeIn(dir)).at(-1) ?? '') ?? [];
  const [year, month, day, ...time] = parts;
  return year === undefined ? null : Date.parse(`${year}-${month}-${day}T${time.join(':')}Z`);
}

/**
 * Makes one, reads it through, and only then removes those that are too many. Throws `BackupFault` (`UNDER_WAY` where
 * another is being made there), and what disk or PostgreSQL say; then all former ones are there as before.
 */
export async function makeKept({ dir, keep, ...options }: KeptOptions): Promise<MadeBackup> {
  await makeFolder(dir);
  const unlock = lockShelf(dir);
  try {
    for (const left of await readdir(dir))
      if (LEFT.test(left)) await rm(join(dir, left), { recursive: true });
    const whole = join(dir, `${nameOf(options.now())}.tar`);
    if (existsSync(whole)) throw new BackupFault('FILE_THERE', whole);
    const draft = `${whole}.new`;
    const made = await makeBackup({ ...options, shelf: dir, file: draft, passphrase: null });
    await readThrough(draft, options);
    await rename(draft, whole);
    await syncFolder(dir);
    const all = await wholeIn(dir);
    for (const old of all.slice(0, Math.max(0, all.length - keep))) await rm(join(dir, old));
    return { ...made, folder: whole };
  } finally {
    unlock();
  }
}

async function readThrough(
  file: string,
  { bytesPerSecond, progress }: Pick<KeptOptions, 'bytesPerSecond' | 'progress'>,
): Promise<void> {
  const told = (done: number, total: number) => progress('files', done, total);
  const { faults } = await verifyBackup(file, new Pace(bytesPerSecond), told);
  if (faults.length > 0) throw new BackupFault('DAMAGED', faults.slice(0, 3).join(', '));
}

/** The oldest first. */
const wholeIn = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).filter((name) => WHOLE.test(name)).sort();
