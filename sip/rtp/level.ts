/**
 * How loud a frame is: its root mean square in dBov, for comfort noise, silence detection and the
 * shares of talk. 0 dBov is a square wave of full scale (RFC 3389 §3.1, RFC 6464), so a sine of full
 * scale is at -3 dBov. Full scale is 32 768 whatever the codec; the laws end 0.2 dB below it.
 */
import { ALAW_TO_LINEAR, ULAW_TO_LINEAR } from './g711';

/** The level of digital silence, and the lowest that is told. */
export const SILENCE_DBOV = -127;

/** A sine of 0 dBm0 in dBov: full scale of A-law is +3.14 dBm0 (G.711), and a sine 3.01 below it. */
export const DBM0_SINE_DBOV = -6.15;

const FULL_SCALE_SQUARED = 32_768 ** 2;
const ALAW_SQUARED = ALAW_TO_LINEAR.reduce(square, new Float64Array(256));
const ULAW_SQUARED = ULAW_TO_LINEAR.reduce(square, new Float64Array(256));

/** Level of samples `start` to `end`, 0 to -127 dBov. */
export function linearLevel(samples: Int16Array, start: number, end: number): number {
  let energy = 0;
  for (let i = start; i < end; i++) energy += (samples[i] as number) ** 2;
  return dbov(energy, end - start);
}

/** Level of A-law bytes `start` to `end`, 0 to -127 dBov. Its silence is ±8 and measures -72. */
export function alawLevel(bytes: Uint8Array, start: number, end: number): number {
  return lawLevel(bytes, start, end, ALAW_SQUARED);
}

/** Level of µ-law bytes `start` to `end`, 0 to -127 dBov. */
export function ulawLevel(bytes: Uint8Array, start: number, end: number): number {
  return lawLevel(bytes, start, end, ULAW_SQUARED);
}

/** The root mean square that a level stands for, 0 to 32 768. */
export function amplitudeOf(level: number): number {
  return level <= SILENCE_DBOV ? 0 : 32_768 * 10 ** (level / 20);
}

function lawLevel(bytes: Uint8Array, start: number, end: number, squared: Float64Array): number {
  let energy = 0;
  for (let i = start; i < end; i++) energy += squared[bytes[i] as number] as number;
  return dbov(energy, end - start);
}

function dbov(energy: number, samples: number): number {
  if (energy === 0) return SILENCE_DBOV;
  return Math.max(10 * Math.log10(energy / samples / FULL_SCALE_SQUARED), SILENCE_DBOV);
}

function square(squares: Float64Array, sample: number, byte: number): Float64Array {
  squares[byte] = sample * sample;
  return squares;
}
