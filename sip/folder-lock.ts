/**
 * One edge a data folder: two would replace each other's file of dialogs. The lock is a file that names
 * its owner, and is void when that process is gone, also when another one has got its process id since.
 * It holds on one machine: process ids of another (or of another container) mean nothing here.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'edge.lock';

interface Owner {
  pid: number;
  /** When the process began, in the kernel's ticks; null where that cannot be read. */
  began: string | null;
}

/** Takes the lock; answers how to give it back. Throws one message for whoever started the second edge. */
export function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, FILE);
  const mine = `${path}.${process.pid}`;
  const owner: Owner = { pid: process.pid, began: beganAt(process.pid) };
  writeFileSync(mine, JSON.stringify(owner), { mode: 0o600 });
  try {
    while (!isLinked(mine, path)) removeVoid(path, dataDir);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** Of several processes exactly one makes the link. */
function isLinked(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeVoid(path: string, dataDir: string): void {
  const text = textOf(path);
  if (text === undefined) return;
  const owner = ownerIn(text);
  if (owner !== undefined && lives(owner)) {
    throw new Error(
      `another edge (process ${owner.pid}) works in ${dataDir}. ` +
        'Stop it first, or set OPENLINE_DATA to another folder.',
    );
  }
  const aside = `${path}.void.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // What was moved aside may be the new lock of that other start instead of the void one.
  if (textOf(aside) === text) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner | null;
    return Number.isInteger(owner?.pid) ? (owner ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

function lives(owner: Owner): boolean {
  if (owner.pid !== process.pid) {
    try {
      process.kill(owner.pid, 0);
    } catch (error) {
      // EPERM: it lives, but belongs to somebody else.
      if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
    }
  }
  return owner.began === beganAt(owner.pid);
}

/**
 * Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks, so it is counted from behind it. A
 * process that was killed and that its parent has not noticed yet (Z) is no process any more.
 */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'gone' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
