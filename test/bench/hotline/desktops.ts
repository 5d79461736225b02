import { DesktopLoad } from '../desktop-load';
import { quantile, rounded } from '../quantile';
import type { Rig } from './rig';

/**
 * Agents who each have a desktop that acknowledges an offer 5 ms after it came; short calls as before.
 *   inviteToPopP99Ms               INVITE sent by the caller -> the screen pop's frame at the desktop
 *   inviteToAgentP99WithDesktopMs  INVITE sent by the caller -> INVITE received by the agent's phone
 */
export interface DesktopsLoad {
  desktops: number;
  callsPerSecond: number;
  calls: number;
  talkMs: number;
}

const RECEIPT_AFTER_MS = 5;

export async function desktops(rig: Rig, load: DesktopsLoad) {
  const users = await rig.staff({ from: 0, count: load.desktops, autoReady: false });
  const desks = await DesktopLoad.start(rig.product.http, users, RECEIPT_AFTER_MS);
  try {
    const outcomes = await rig.shortCalls(load.calls, load.callsPerSecond, load.talkMs);
    const missing = await rig.allFiled();
    const pops = rig.delays(outcomes, desks.poppedAt);
    return {
      inviteToPopP99Ms: rounded(quantile(pops, 0.99)),
      inviteToAgentP99WithDesktopMs: rounded(quantile(rig.delays(outcomes), 0.99)),
      failed: rig.lost(outcomes) + missing + (outcomes.length - pops.length),
    };
  } finally {
    await desks.close();
  }
}
