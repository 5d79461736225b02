/**
 * When a process began, as a text that is equal for one process and differs for the next one with its id: pids are used
 * again. Linux says it in /proc, other systems by `ps`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The text; '' when the process is not there or the system does not tell. */
export type StartTeller = (pid: number) => string;

/** Killed, and not noticed by its parent yet: it writes no more. No living process has this one. */
const OVER = 'over';
const PS_LIMIT_MS = 2000;

/** By whichever of the ways tells it. */
export const startOf: StartTeller = (pid) => startByProc(pid) || startByPs(pid);

/** proc(5): field 22 of /proc/<pid>/stat is the start in ticks since boot. */
export const startByProc: StartTeller = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[0] === 'Z' ? OVER : (fields[19] ?? '');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${ticks}`;
  } catch {
    return '';
  }
};

/** ps(1) of macOS and the BSDs: to the second, in one time zone and language whoever asks. */
export const startByPs: StartTeller = (pid) => {
  try {
    const said = execFileSync('ps', ['-o', 'stat=', '-o', 'lstart=', '-p', String(pid)], {
      env: { PATH: process.env['PATH'] ?? '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: PS_LIMIT_MS,
    });
    const [, state = '', began = ''] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(said) ?? [];
    return state.startsWith('Z') ? OVER : began;
  } catch {
    return '';
  }
};
