/**
 * RFC 3261 table 4: the three base times, in milliseconds. T1 estimates the round trip, T2 caps
 * retransmission of requests and responses, T4 is how long a message may linger in the network.
 */
export interface Timing {
  t1: number;
  t2: number;
  t4: number;
}

export const RFC_TIMING: Timing = { t1: 500, t2: 4000, t4: 5000 };

/**
 * A second of timers that a message states in seconds (RFC 4028, 6665): two T1 of table 4, so that a test
 * in a hurry hurries all of them alike.
 */
export function secondMs(timing: Timing): number {
  return 2 * timing.t1;
}

/** Timers B, D, F, H, J, L and M: after 64·T1 nothing more is to be expected (RFC 3261, RFC 6026). */
export function giveUpMs(timing: Timing): number {
  return 64 * timing.t1;
}
