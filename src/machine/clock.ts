/** Whether this machine's clock is right: by the time servers of the settings, else by what the system says of itself. */
import { execFile } from 'node:child_process';
import type { ClockFact } from '../domain/doctor/machine';
import { askSntp, type SntpServer } from './sntp';

const SYSTEM_MS = 2000;

/** Never rejects. */
export async function clockFact(
  servers: readonly SntpServer[],
  now: () => number = Date.now,
): Promise<ClockFact> {
  if (servers.length === 0) return bySystem();
  const answers = await Promise.all(servers.map((server) => askSntp(server, { now })));
  const good = answers.flatMap((one) => ('why' in one ? [] : [one.offsetMs]));
  // Of several the one in the middle: one server that is wrong itself says nothing of us.
  const middle = good.sort((a, b) => a - b)[Math.floor((good.length - 1) / 2)];
  if (middle !== undefined) return { is: 'measured', offsetMs: middle };
  const why = answers.map((one) => ('why' in one ? one.why : '')).join(', ');
  return { is: 'unknown', why };
}

function bySystem(): Promise<ClockFact> {
  const args = ['show', '--property=NTPSynchronized', '--value'];
  return new Promise((resolve) => {
    execFile('timedatectl', args, { timeout: SYSTEM_MS }, (error, said) => {
      const answer = said.trim();
      if (error || (answer !== 'yes' && answer !== 'no'))
        resolve({ is: 'unknown', why: 'NTP_SERVERS' });
      else resolve({ is: answer === 'yes' ? 'synchronised' : 'unsynchronised' });
    });
  });
}
