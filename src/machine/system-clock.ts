/**
 * What programs of this machine know of its clock, so that nobody outside is asked: chrony, or systemd's timesyncd. Decides
 * what their words mean. Of another time service only the kernel's word is known, whether it is synchronised.
 */
import { execFile } from 'node:child_process';
import { CLOCK_OFF_MS, type ClockFact } from '../domain/doctor/machine';

const PATIENCE_MS = 2000;

/** Never rejects. `env`: where the programs are looked for. */
export async function systemClock(env: NodeJS.ProcessEnv): Promise<ClockFact> {
  const chrony = readChrony(await said('chronyc', ['-n', 'tracking'], env));
  if (chrony !== null) return chrony;
  const kernel = await said('timedatectl', ['show', '--property=NTPSynchronized', '--value'], env);
  if (kernel.trim() === 'no') return { is: 'unsynchronised' };
  if (kernel.trim() !== 'yes') return { is: 'unknown', why: 'chronyc, timedatectl' };
  const timesync = readTimesync(await said('timedatectl', ['timesync-status'], env));
  return timesync ?? { is: 'synchronised' };
}

/** Empty where there is no such program, or it cannot say. */
function said(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const options = { timeout: PATIENCE_MS, env: { ...env, LC_ALL: 'C' } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, out) => resolve(error ? '' : out));
  });
}

/** Of chronyd's own making, not of anybody else: its `local` directive. */
const LOCAL = /^(7F7F0101|127\.127\.1\.1) /;

/** What `chronyc tracking` says; null: nothing. */
export function readChrony(text: string): ClockFact | null {
  const field = (name: string): string =>
    new RegExp(`^${name}\\s*: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const off = /^([\d.]+) seconds (slow|fast) of NTP time$/.exec(field('System time'));
  if (off === null) return null;
  const isFollowing = field('Leap status') !== 'Not synchronised';
  if (!isFollowing || LOCAL.test(field('Reference ID'))) return { is: 'unsynchronised' };
  // Its own bound of the error, which grows while no source answers.
  const bound = parseFloat(field('Root dispersion')) + parseFloat(field('Root delay')) / 2;
  if (bound * 1000 > CLOCK_OFF_MS) return { is: 'unsynchronised' };
  return { is: 'measured', offsetMs: Number(off[1]) * (off[2] === 'slow' ? 1000 : -1000) };
}

/**
 * What `timedatectl timesync-status` says: as far as its last question found us off; null: nothing that holds now. So much
 * as would be an alarm it has put right since, or taken for a mistake: it sets a clock at once that is 0.4 s off.
 */
export function readTimesync(text: string): ClockFact | null {
  const [, sign, span = ''] = /^ *Offset: ([+-]?)(.+)$/m.exec(text) ?? [];
  const spanMs = timespanMs(span);
  if (spanMs === null || spanMs > CLOCK_OFF_MS) return null;
  return { is: 'measured', offsetMs: sign === '-' ? -spanMs : spanMs };
}

const UNITS: Record<string, number> = {
  ...{ us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 },
  ...{ w: 7 * 86_400_000, month: 2_629_800_000, y: 31_557_600_000 },
};

/** systemd.time(7): `316us`, `1min 2.5s`, `0`. */
function timespanMs(text: string): number | null {
  if (text === '0') return 0;
  const parts = text.split(' ').map((part) => /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part));
  const ms = parts.map((part) => Number(part?.[1]) * (UNITS[part?.[2] ?? ''] ?? NaN));
  const sum = ms.reduce((all, one) => all + one, 0);
  return Number.isNaN(sum) ? null : sum;
}
