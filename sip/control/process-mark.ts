/**
 * A process, so that another one on the same machine can tell whether it still is: its id, when it began, and where
 * such ids mean something. A process id alone is used again.
 */
import { readFileSync, readlinkSync } from 'node:fs';

/** Of this process; null where the system does not tell. */
export function processMark(pid = process.pid): string | null {
  const place = placeOf();
  const began = beganAt(pid);
  return place === null || began === null ? null : `${place}/${pid}/${began}`;
}

/** True when it is certain: it was a process of this machine, which is gone or somebody else by now. */
export function hasEnded(mark: string | null): boolean {
  const [, place, pid] = /^(.+)\/(\d+)\/\d+$/.exec(mark ?? '') ?? [];
  if (place === undefined || place !== placeOf()) return false;
  return processMark(Number(pid)) !== mark;
}

/** Boot and namespace: of another machine, or of another container, nothing is known. */
function placeOf(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/**
 * Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks, so it is counted from behind it. Null for one
 * that was killed and that its parent has not noticed yet (Z): it is no process any more.
 */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
