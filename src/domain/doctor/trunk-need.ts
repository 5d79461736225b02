/** How many channels a trunk needs for the traffic of its busiest hour, by Erlang B. Pure. */
import { erlangB } from '../staffing/erlang';

/** The busiest hour of a trunk in the days that were looked at. */
export interface BusiestHour {
  /** Its beginning. */
  at: number;
  /** Mean number of channels in use. */
  erlangs: number;
}

export interface TrunkNeed {
  /** Share of callers who hear "busy" from the carrier in that hour, 0..1. */
  blocking: number;
  /** Channels by which that is one in a thousand, and one in a hundred. */
  forOneInThousand: number;
  forOneInHundred: number;
}

const MOST_CHANNELS = 100_000;
/** Halvings, of which each makes the load exact by one more bit. */
const ROUNDS = 50;

/** What was carried is less than what was offered: who heard "busy" is in no record of ours. */
export function offeredFor(carried: number, channels: number): number {
  // All channels in use all the time says of the load only that it is at least this.
  const most = Math.min(carried, channels * 0.995);
  const carriedAt = (offered: number) => offered * (1 - erlangB(offered, channels));
  let [low, high] = [most, 2 * most];
  while (carriedAt(high) < most) high *= 2;
  for (let round = 0; round < ROUNDS; round++) {
    const middle = (low + high) / 2;
    if (carriedAt(middle) < most) low = middle;
    else high = middle;
  }
  return high;
}

/** The fewest channels by which at most that share of callers finds all of them taken. */
export function channelsFor(erlangs: number, blocking: number): number {
  let channels = 0;
  while (channels < MOST_CHANNELS && erlangB(erlangs, channels) > blocking) channels += 1;
  return channels;
}

export function trunkNeed(carried: number, channels: number): TrunkNeed {
  const offered = offeredFor(carried, channels);
  return {
    blocking: erlangB(offered, channels),
    forOneInThousand: channelsFor(offered, 0.001),
    forOneInHundred: channelsFor(offered, 0.01),
  };
}
