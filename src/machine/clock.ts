/** Whether this machine's clock is right: by the time servers of the settings, else by what the system says of itself. */
import type { ClockFact } from '../domain/doctor/machine';
import { askSntp, type SntpServer } from './sntp';
import { systemClock } from './system-clock';

/** Never rejects. */
export async function clockFact(
  servers: readonly SntpServer[],
  now: () => number = Date.now,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ClockFact> {
  if (servers.length === 0) return systemClock(env);
  const answers = await Promise.all(servers.map((server) => askSntp(server, { now })));
  const good = answers.flatMap((one) => ('why' in one ? [] : [one.offsetMs]));
  // Of several the one in the middle: one server that is wrong itself says nothing of us.
  const middle = good.sort((a, b) => a - b)[Math.floor((good.length - 1) / 2)];
  if (middle !== undefined) return { is: 'measured', offsetMs: middle };
  const why = answers.map((one) => ('why' in one ? one.why : '')).join(', ');
  return { is: 'unknown', why };
}
