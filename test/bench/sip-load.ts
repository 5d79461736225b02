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
  /** From the first INVITE until sipp had ended. */
  seconds: number;
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
  const startedAt = performance.now();
  await run(folder, [
    ...[`127.0.0.1:${port}`, '-sf', 'scenario.xml', '-i', '127.0.0.1', '-t', 'u1'],
    ...['-m', String(calls), '-r', String(callsPerSecond), '-rp', '1000', '-l', '10000'],
    ...['-stf', 'stats.csv', '-fd', '1', '-trace_stat', '-trace_rtt', '-rtt_freq', '10'],
    ...['-timeout', `${limitS}s`, '-nostdin', '-buff_size', String(8 * 1024 * 1024)],
  ]);
  const seconds = (performance.now() - startedAt) / 1000;
  const stats = parseStats(readFileSync(join(folder, 'stats.csv'), 'utf8'));
  const answerMs = readdirSync(folder)
    .filter((name) => name.endsWith('_rtt.csv'))
    .flatMap((name) => answerTimes(readFileSync(join(folder, name), 'utf8')));
  rmSync(folder, { recursive: true, force: true });
  return { ...stats, answerMs, seconds };
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
