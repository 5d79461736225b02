/** How much sound goes into a packet: what the far side wishes, and what we make of it. */
import { valueOf, type MediaBlock } from './description';

/** What our descriptions ask for: the frame of every prompt, mixer and recording window. */
export const OUR_PTIME_MS = 20;

const SHORTEST_MS = 10;
/** Of packets that we make or ask for. */
export const LONGEST_MS = 60;
/** One half of our frame, one, two, three. */
const MADE_MS: readonly number[] = [10, 20, 40, 60];

/** `a=ptime`, 10-60 ms, at most `a=maxptime`; 20 ms where nothing readable is said. */
export function ptimeOf(block: MediaBlock): number {
  const wish = milliseconds(valueOf(block, 'ptime'));
  const most = milliseconds(valueOf(block, 'maxptime')) ?? LONGEST_MS;
  return Math.min(wish ?? OUR_PTIME_MS, most);
}

/** The longest packet of ours that it takes: `a=maxptime` is the limit, `a=ptime` only a wish (RFC 8866 §6.4). */
export function longestPacketTime(block: MediaBlock): number {
  return packetTimeFor(milliseconds(valueOf(block, 'maxptime')) ?? LONGEST_MS);
}

/** The longest packet of ours that is not above the wish; never below 10 ms. */
export function packetTimeFor(ptimeMs: number): number {
  return MADE_MS.findLast((made) => made <= ptimeMs) ?? SHORTEST_MS;
}

function milliseconds(text: string | undefined): number | null {
  const value = Math.floor(Number(text));
  return value >= SHORTEST_MS && value <= LONGEST_MS ? value : null;
}
