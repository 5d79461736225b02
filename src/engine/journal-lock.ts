/**
 * The lock of a journal's folder: two active apps never write the same journal. The lock file names
 * its process by pid and, where the system tells, by the moment of its start, since pids are used
 * again (a container's app has the same one after each restart).
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder's lock is held by a living process. */
export class JournalLocked extends Error {
  override name = 'JournalLocked';
  constructor(
    folder: string,
    readonly pid: number,
    /** Of the claim by which it is active; null when it is no app. */
    readonly epoch: number | null,
  ) {
    super(`the journal in ${folder} is in use by process ${pid}`);
  }
}

interface Owner {
  pid: number;
  /** Boot and start time of the process; empty where the system does not tell. */
  started: string;
  epoch?: number;
}

/** Takes the lock and returns how to give it back. `epoch`: of the app's claim. Throws `JournalLocked`. */
export function lockJournal(folder: string, epoch?: number): () => void {
  const lock = join(folder, 'lock');
  const own = join(folder, `lock.${process.pid}`);
  const owner = { ...ownerOf(process.pid), ...(epoch !== undefined && { epoch }) };
  const text = JSON.stringify(owner);
  writeFileSync(own, text);
  try {
    // A link appears whole or not at all, and never over an existing file.
    while (!tryLink(own, lock)) evict(lock, folder);
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readLock(lock) === text) rmSync(lock, { force: true });
  };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that is gone; throws when its process lives. */
function evict(lock: string, folder: string): void {
  const found = readLock(lock);
  if (found === null) return;
  const owner = parseOwner(found);
  if (owner && isAlive(owner)) throw new JournalLocked(folder, owner.pid, owner.epoch ?? null);
  const aside = `${lock}.stale.${process.pid}`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  // Between reading and renaming somebody else may have taken the lock: then it is put back.
  if (readLock(aside) !== found) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    return typeof owner.pid === 'number' && typeof owner.started === 'string'
      ? (owner as Owner)
      : null;
  } catch {
    return null;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return ownerOf(owner.pid).started === owner.started;
}

/** proc(5): field 22 of /proc/<pid>/stat is the start in ticks since boot. */
function ownerOf(pid: number): Owner {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Killed, and not noticed by its parent yet: it writes no more.
    const ticks = fields[0] === 'Z' ? 'over' : (fields[19] ?? '');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { pid, started: `${boot}/${ticks}` };
  } catch {
    return { pid, started: '' };
  }
}
