/**
 * Before apps, reports and backups on the same machine: a packet that is sent 20 ms late is a hole in somebody's talk.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import type { Logger } from 'pino';

/** Where Linux shares the processors among sessions, a priority counts only within its session; this is the session's own (sched(7)). */
const AUTOGROUP = '/proc/self/autogroup';

/**
 * Raises the priority of this process, and of its session where that is its own, as far as its user may. Threads begin with
 * the priority of the one that starts them, so this comes before they do.
 */
export function goAhead(log: Logger): void {
  const { PRIORITY_HIGH } = constants.priority;
  try {
    setPriority(PRIORITY_HIGH);
    if (existsSync(AUTOGROUP) && leadsSession()) writeFileSync(AUTOGROUP, String(PRIORITY_HIGH));
  } catch {
    log.debug('this user may not raise the priority of processes (RLIMIT_NICE)');
  }
}

/** The terminal in which somebody started it by hand is not raised. */
function leadsSession(): boolean {
  // proc(5): after the name in brackets come state, parent, group and session.
  const session = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)?.split(' ')[3];
  return session === String(process.pid);
}
