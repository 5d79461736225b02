/**
 * The lock of a journal's folder: two active apps never write the same journal. The lock file names
 * its process by pid and, where the system tells, by the moment of its start, since pids are used
 * again (a container's app has the same one after each restart).
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOf, type StartTeller } from './process-start';

/** The folder's lock is held by a process that lives, or by one of which nobody can tell whether it still does. */
export class JournalLocked extends Error {
  override name = 'JournalLocked';
  constructor(
    folder: string,
    readonly pid: number,
    /** Of the claim by which it is active; null when it is no app. */
    readonly epoch: number | null,
    /** That process took the lock itself. Else it may be any other one that got its id, and must not be ended. */
    readonly isCertain: boolean,
  ) {
    super(isCertain ? inUse(folder, pid) : perhapsInUse(folder, pid));
  }
}

const inUse = (folder: string, pid: number): string =>
  `The journal in ${folder} is in use by process ${pid}. Stop that one first, or set OPENLINE_DATA to another folder.\n` +
  `${folder} 中的日志正被进程 ${pid} 使用。请先停止该进程，或把 OPENLINE_DATA 设为其他文件夹。`;

const perhapsInUse = (folder: string, pid: number): string => {
  const lock = join(folder, 'lock');
  return (
    `The lock ${lock} names process ${pid}, and this system does not tell whether that is still the same one ` +
    `(neither /proc nor ps). If it is an Openline, stop it; if it is another program, delete ${lock}.\n` +
    `锁文件 ${lock} 指向进程 ${pid}，但系统无法确认它是否仍是原来的进程（没有 /proc，也没有 ps）。` +
    `如果它是 Openline，请停止它；如果是其他程序，请删除 ${lock}。`
  );
};

interface Owner {
  pid: number;
  /** Boot and start time of the process; empty where the system does not tell. */
  started: string;
  epoch?: number;
}

/**
 * Takes the lock and returns how to give it back. `epoch`: of the app's claim. `tell`: the system's own, but in tests.
 * Throws `JournalLocked`.
 */
export function lockJournal(
  folder: string,
  epoch?: number,
  tell: StartTeller = startOf,
): () => void {
  const lock = join(folder, 'lock');
  const own = join(folder, `lock.${process.pid}`);
  const owner = { ...ownerOf(process.pid, tell), ...(epoch !== undefined && { epoch }) };
  const text = JSON.stringify(owner);
  writeFileSync(own, text);
  try {
    // A link appears whole or not at all, and never over an existing file.
    while (!tryLink(own, lock)) evict(lock, folder, tell);
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

/** Takes away the lock of a process that is gone; throws when its process lives, or may live. */
function evict(lock: string, folder: string, tell: StartTeller): void {
  const found = readLock(lock);
  if (found === null) return;
  const owner = parseOwner(found);
  const lives = owner === null ? 'no' : whetherAlive(owner, tell);
  if (owner !== null && lives !== 'no')
    throw new JournalLocked(folder, owner.pid, owner.epoch ?? null, lives === 'yes');
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

/** `perhaps`: a process has that id, and nobody knows whether it is the owner. */
function whetherAlive(owner: Owner, tell: StartTeller): 'yes' | 'no' | 'perhaps' {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'no';
  }
  const now = tell(owner.pid);
  if (owner.started === '' || now === '') return 'perhaps';
  return now === owner.started ? 'yes' : 'no';
}

const ownerOf = (pid: number, tell: StartTeller): Owner => ({ pid, started: tell(pid) });
