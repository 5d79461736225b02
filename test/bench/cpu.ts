import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { rounded } from './quantile';

/**
 * CPU time of processes from /proc: user and system, of a process and everything it started, also of
 * children that have ended meanwhile and were waited for.
 */
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Stat {
  pid: number;
  parent: number;
  ticks: number;
}

/** Milliseconds of CPU that the process trees of `pids` have used since they started. */
export function cpuMs(...pids: number[]): number {
  const stats = readStats();
  const inTrees = new Set(pids);
  // Parents have been seen before their children once a pass adds nothing.
  for (let size = -1; size !== inTrees.size;) {
    size = inTrees.size;
    for (const stat of stats) if (inTrees.has(stat.parent)) inTrees.add(stat.pid);
  }
  const ticks = stats
    .filter(({ pid }) => inTrees.has(pid))
    .reduce((sum, stat) => sum + stat.ticks, 0);
  return (1000 * ticks) / TICKS_PER_SECOND;
}

/** Resident memory of the process, in megabytes. */
export function rssMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return rounded(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024, 1);
}

function readStats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [parseStat(readFileSync(`/proc/${name}/stat`, 'utf8'))];
      } catch {
        // Ended between the two calls.
        return [];
      }
    });
}

/** proc(5): the name in brackets may hold spaces; fields are counted from behind it. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const [utime, stime, childrenUser, childrenSystem] = [14, 15, 16, 17].map(field);
  return {
    pid: Number.parseInt(line, 10),
    parent: field(4),
    ticks: (utime ?? 0) + (stime ?? 0) + (childrenUser ?? 0) + (childrenSystem ?? 0),
  };
}
