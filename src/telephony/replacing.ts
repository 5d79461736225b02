/** INVITE with Replaces (RFC 3891) of a phone of ours, which has proven who it is: it takes no talk over yet. */
import type { SipRequest } from './drachtio';
import type { LegTable } from './legs';
import { readReplaces } from './refer-request';

/** 481 where it names no dialog of ours (§3); a talk that it names stays as it is. */
export function replacesRefusal(legs: LegTable, req: Pick<SipRequest, 'get'>): 400 | 481 | 603 {
  const replaces = readReplaces(req.get('Replaces'));
  if (replaces === null) return 400;
  return legs.ofReplaces(replaces) ? 603 : 481;
}
