/**
 * One launcher a data folder. The lock is a file that names its owner; it is void when that process
 * is gone, also when another one has got its process id since.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'launcher.lock';

/** Another launcher works in the folder. The message is for the person who started the second. */
export class FolderInUse extends Error {
  override name = 'FolderInUse';
  constructor(dataDir: string, pid: number) {
    super(
      `Openline already runs in ${dataDir} (process ${pid}). ` +
        'Stop it first, or set OPENLINE_DATA to another folder.',
    );
  }
}

interface Owner {
  pid: number;
  /** When the process began, in the kernel's ticks; null where that cannot be read. */
  began: string | null;
}

/** Takes the lock and answers how to release it. Throws `FolderInUse`. */
export function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  const mine = `${path}.${process.pid}`;
  const owner: Owner = { pid: process.pid, began: beganAt(process.pid) };
  writeFileSync(mine, JSON.stringify(owner), { mode: 0o600 });
  try {
    while (!linked(mine, path)) removeVoid(path, dataDir);
  } finally {
    unlinkSync(mine);
  }
  return () => unlinkSync(path);
}

/** A hard link is made by exactly one of several processes. */
function linked(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeVoid(path: string, dataDir: string): void {
  const text = readIfThere(path);
  if (text === null) return;
  const owner = parse(text);
  if (owner !== null && lives(owner)) throw new FolderInUse(dataDir, owner.pid);
  const aside = `${path}.void.${process.pid}`;
  renameSync(path, aside);
  const taken = readIfThere(aside);
  // Another start was quicker: what was moved aside is its new lock, not the void one.
  if (taken !== text) renameSync(aside, path);
  else unlinkSync(aside);
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

function lives(owner: Owner): boolean {
  if (owner.pid === process.pid) return owner.began === beganAt(process.pid);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner.began === beganAt(owner.pid);
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks, so count after it. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
