import type { HeardPacket } from './tone-phone';
import { decode, loudness, toneShare } from './tone';

/**
 * Judges what a TonePhone heard over a stretch of time: which tone, when, how loud, with which gaps.
 * Whole seconds of sound may be judged, where `TonePhone.hears` looks at the last moment only.
 */
export interface HeardWindow {
  /** Moment (performance.now) of the first packet. */
  from: number;
  /** Energy of the tone over all energy, 0..1. */
  share: number;
  /** Root mean square; below 50 nobody speaks. */
  loudness: number;
}

const FRAME_MS = 20;

/** The tone's share in windows of `windowMs`, by the packets' own order; a rest is left out. */
export function toneWindows(
  packets: readonly HeardPacket[],
  frequency: number,
  windowMs = 200,
): HeardWindow[] {
  const size = Math.max(1, Math.round(windowMs / FRAME_MS));
  const windows: HeardWindow[] = [];
  for (let at = 0; at + size <= packets.length; at += size) {
    const part = packets.slice(at, at + size);
    const samples = samplesOf(part);
    windows.push({
      from: part[0]?.at ?? 0,
      share: toneShare(samples, frequency),
      loudness: loudness(samples),
    });
  }
  return windows;
}

/** Longest time in ms between two packets that were heard one after the other; 0 for fewer than two. */
export function longestGapMs(packets: readonly HeardPacket[]): number {
  return packets.reduce((longest, packet, index) => {
    const before = packets[index - 1];
    return before === undefined ? longest : Math.max(longest, packet.at - before.at);
  }, 0);
}

/** Packets that a stream of consecutive sequence numbers should have had and we did not hear. */
export function missingPackets(packets: readonly HeardPacket[]): number {
  const first = packets[0]?.sequence ?? 0;
  const last = packets.at(-1)?.sequence ?? 0;
  return ((last - first) & 0xffff) + 1 - packets.length;
}

/** Share of a tone in a stretch of samples, such as one channel of a recording, from ms to ms. */
export function toneBetween(
  samples: Int16Array,
  frequency: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): number {
  return toneShare(samples.subarray(8 * fromMs, 8 * toMs), frequency);
}

function samplesOf(packets: readonly HeardPacket[]): Int16Array {
  return decode(
    packets[0]?.payloadType === 0 ? 'PCMU' : 'PCMA',
    Buffer.concat(packets.map(({ payload }) => payload)),
  );
}
