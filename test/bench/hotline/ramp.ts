import { quantile, rounded } from '../quantile';
import type { Rig } from './rig';

/**
 * Agents without desktops, short calls as in the steady phase.
 *
 * at a rate of its own (75 calls a second):
 *   inviteToAgentP99NoDesktopMs  INVITE sent by the caller -> INVITE received by the agent's phone
 * rung by rung:
 *   cleanCallsPerSecond          the highest rate at which every caller talked with an agent and that delay's
 *                                p99 stayed within `boundMs`; 0 when the lowest was not clean. Calls that a
 *                                rung lost are no failure: it is the end that is looked for
 */
export interface RampLoad {
  agents: number;
  callsPerSecond: number;
  calls: number;
  talkMs: number;
  /** Rates tried, rising; each for `rungSeconds`. */
  ladder: number[];
  rungSeconds: number;
  boundMs: number;
}

export async function ramp(rig: Rig, load: RampLoad) {
  await rig.staff({ from: 0, count: load.agents, autoReady: true });
  const outcomes = await rig.shortCalls(load.calls, load.callsPerSecond, load.talkMs);
  const p99 = quantile(rig.delays(outcomes), 0.99);
  const missing = await rig.allFiled();
  return {
    inviteToAgentP99NoDesktopMs: rounded(p99),
    cleanCallsPerSecond: await cleanRate(rig, load),
    failed: rig.lost(outcomes) + missing,
  };
}

/** Climbs until a rung is not clean; a rung that is not is tried once more, for the machine's moods. */
async function cleanRate(rig: Rig, load: RampLoad): Promise<number> {
  let best = 0;
  for (const rate of load.ladder) {
    if (!(await isClean(rig, rate, load)) && !(await isClean(rig, rate, load))) break;
    best = rate;
  }
  return best;
}

async function isClean(rig: Rig, rate: number, load: RampLoad): Promise<boolean> {
  const outcomes = await rig.shortCalls(rate * load.rungSeconds, rate, load.talkMs);
  const missing = await rig.allFiled();
  const p99 = quantile(rig.delays(outcomes), 0.99);
  return rig.lost(outcomes) + missing === 0 && p99 <= load.boundMs;
}
