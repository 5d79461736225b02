import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStats } from '../support/sipp';

/** Calls that sipp makes as fast as it is told; its own CPU is not measured. */
export interface SipLoad {
  callsPerSecond: number;
  calls: number;
}

export interface SipLoadResult {
  successful: number;
  failed: number;
  retransmissions: number;
  /** INVITE sent -> 200 received, milliseconds, one a call. */
  answerMs: number[];
  /** Calls that went right in a second, while new ones came: not what trickles in afterwards. */
  goodput: number;
}

const DEFAULTS: Record<string, string> = {
  number: '400',
  from: '13800000001',
  mediaHost: '127.0.0.1',
  mediaPort: '9',
};

/** Resolves when sipp has ended: after all calls, or after `limitS` seconds. */
export async function sipLoad(
  port: number,
  { callsPerSecond, calls }: SipLoad,
  limitS = 600,
): Promise<SipLoadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'openline-bench-'));
  const scenario = readFileSync(join(__dirname, '../support/scenarios/call-at-once.xml'), 'utf8');
  const filled = scenario.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => DEFAULTS[name] ?? '');
  writeFileSync(join(folder, 'scenario.xml'), filled);
  await run(folder, [
    ...[`127.0.0.1:${port}`, '-sf', 'scenario.xml', '-i', '127.0.0.1', '-t', 'u1'],
    ...['-m', String(calls), '-r', String(callsPerSecond), '-rp', '1000', '-l', '10000'],
    ...['-stf', 'stats.csv', '-fd', '1', '-trace_stat', '-trace_rtt', '-rtt_freq', '10'],
    ...['-timeout', `${limitS}s`, '-nostdin', '-buff_size', String(8 * 1024 * 1024)],
  ]);
  const csv = readFileSync(join(folder, 'stats.csv'), 'utf8');
  const goodput = goodputOf(csv, calls / callsPerSecond);
  const answerMs = readdirSync(folder)
    .filter((name) => name.endsWith('_rtt.csv'))
    .flatMap((name) => answerTimes(readFileSync(join(folder, name), 'utf8')));
  rmSync(folder, { recursive: true, force: true });
  return { ...parseStats(csv), answerMs, goodput };
}

/** From sipp's line of each second, the first one left out. `offeredS`: how long calls were made. */
function goodputOf(csv: string, offeredS: number): number {
  const [names = [], ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(';'));
  const [elapsed, successful] = [
    names.indexOf('ElapsedTime(C)'),
    names.indexOf('SuccessfulCall(C)'),
  ];
  const points = rows
    .map((row) => ({ s: secondsOf(row[elapsed] ?? ''), calls: Number(row[successful]) }))
    .filter(({ s }) => s >= 1 && s <= offeredS + 0.5);
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || last.s === first.s) return Number.NaN;
  return (last.calls - first.calls) / (last.s - first.s);
}

/** `00:00:07:123456` or `00:00:07.123`. */
function secondsOf(elapsed: string): number {
  const [h = 0, m = 0, s = 0, fraction = ''] = elapsed.split(/[:.]/).map((part, i) => {
    return i < 3 ? Number(part) : part;
  }) as [number, number, number, string];
  return 3600 * h + 60 * m + s + Number(`0.${fraction || 0}`);
}

/** `Date_ms;response_time_ms;rtd_no`, one line a call. */
function answerTimes(csv: string): number[] {
  const times = csv.split('\n').slice(1);
  return times.map((line) => Number(line.split(';')[1])).filter((ms) => Number.isFinite(ms));
}

function run(cwd: string, args: string[]): Promise<void> {
  const child = spawn('sipp', args, { cwd, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
}
