/**
 * Whether a call that failed at one gateway is sent to the next: where the network could not carry it, never where
 * whom it was for, or a rule about him, has answered. Pure.
 */
import type { FarSide } from '../domain/end-cause';

/** Causes of Q.850 by which somebody was found, or is known not to exist: the next gateway would find no other. */
const FOUND = [1, 16, 17, 18, 19, 20, 21, 22, 28];
/** The network, or a line of it, is full or out of order (Q.850 table 1, classes 010 and 011). */
const NETWORK = [3, 27, 34, 38, 41, 42, 43, 44, 46, 47];
/** Nothing came; or the gateway does not know us, which the next one may. */
const UNCARRIED = [401, 407, 408];

export interface FailedAttempt extends FarSide {
  /** It rang (180): whom it was for has been found, and is not rung twice. */
  rang: boolean;
  /** A call for help: whatever a carrier says, another one may take it. */
  urgent?: boolean;
}

/** No status: the INVITE never left, or no connection could be made. */
export function isTriedElsewhere({ status, q850, rang, urgent }: FailedAttempt): boolean {
  if (urgent) return status !== 487;
  if (rang) return false;
  if (q850 !== undefined && FOUND.includes(q850)) return false;
  if (q850 !== undefined && NETWORK.includes(q850)) return status !== 487;
  if (status === undefined || UNCARRIED.includes(status)) return true;
  return status >= 500 && status < 600;
}
