/**
 * Sums of 16 bit sound for those who hear several at once, saturated so that two loud voices clip and
 * never wrap around; and the way back to G.711. Pure.
 */
import { encodeAlaw, encodeUlaw } from './g711';

const LOUDEST = 32_767;

/**
 * The sum of `frames` in `out`; silence when there are none. For each member of a conference of N these
 * are the N-1 others': nobody hears himself.
 */
export function mix(out: Int16Array, frames: readonly Int16Array[]): void {
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let f = 0; f < frames.length; f++) sum += (frames[f] as Int16Array)[i] as number;
    out[i] = sum > LOUDEST ? LOUDEST : sum < -LOUDEST - 1 ? -LOUDEST - 1 : sum;
  }
}

/** Writes the first `count` samples to `target` at `at`, one byte each. */
export function encode(
  samples: Int16Array,
  count: number,
  law: 'PCMA' | 'PCMU',
  target: Uint8Array,
  at: number,
): void {
  const toLaw = law === 'PCMA' ? encodeAlaw : encodeUlaw;
  for (let i = 0; i < count; i++) target[at + i] = toLaw(samples[i] as number);
}
