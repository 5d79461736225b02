/**
 * G.711 (ITU-T) in both laws as look-up tables: linear 16 bit <-> A-law and µ-law, and the direct
 * tables between the laws. Built once when loaded; using them is one array access a sample.
 */

const { abs, clz32, min } = Math;

/** Silence as each law writes it: the smallest positive step. */
export const ALAW_SILENCE = 0xd5;
export const ULAW_SILENCE = 0xff;

/** One byte of A-law as a 16 bit sample. */
export const ALAW_TO_LINEAR: Int16Array = table(Int16Array, decodeAlaw);
/** One byte of µ-law as a 16 bit sample. */
export const ULAW_TO_LINEAR: Int16Array = table(Int16Array, decodeUlaw);
/** The same sound in the other law, to the nearest step. */
export const ALAW_TO_ULAW: Uint8Array = table(Uint8Array, (byte) => encodeUlaw(decodeAlaw(byte)));
export const ULAW_TO_ALAW: Uint8Array = table(Uint8Array, (byte) => encodeAlaw(decodeUlaw(byte)));

/** Replaces each byte of `bytes` from `start` to `end` by its entry in `map`, in place. */
export function translate(bytes: Uint8Array, start: number, end: number, map: Uint8Array): void {
  for (let i = start; i < end; i++) bytes[i] = map[bytes[i] as number] as number;
}

/** All samples in both laws, to the beginning of each. */
export function encodeBoth(samples: Int16Array, alaw: Uint8Array, ulaw: Uint8Array): void {
  for (let i = 0; i < samples.length; i++) {
    alaw[i] = encodeAlaw(samples[i] as number);
    ulaw[i] = encodeUlaw(samples[i] as number);
  }
}

/** A 16 bit sample as A-law: sign, 3 bit segment, 4 bit step, even bits inverted. */
export function encodeAlaw(sample: number): number {
  const sign = sample >= 0 ? 0x80 : 0;
  // 13 bit magnitude; negative values are shifted by one so that both signs have a smallest step.
  const magnitude = min((sample >= 0 ? sample : -sample - 1) >> 3, 0xfff);
  const segment = magnitude < 32 ? 0 : 27 - clz32(magnitude);
  const step = (magnitude >> Math.max(segment, 1)) & 0x0f;
  return (sign | (segment << 4) | step) ^ 0x55;
}

/** A 16 bit sample as µ-law: biased by 33 (here x 4), all bits inverted. */
export function encodeUlaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = min(abs(sample), 32_635) + 132;
  const segment = 24 - clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

function decodeAlaw(byte: number): number {
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 0x07;
  const step = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return (code & 0x80) !== 0 ? magnitude : -magnitude;
}

function decodeUlaw(byte: number): number {
  const code = ~byte & 0xff;
  const magnitude = ((((code & 0x0f) << 3) + 132) << ((code >> 4) & 0x07)) - 132;
  return (code & 0x80) !== 0 ? -magnitude : magnitude;
}

function table<T extends Int16Array | Uint8Array>(
  kind: new (length: number) => T,
  of: (byte: number) => number,
): T {
  const entries = new kind(256);
  for (let byte = 0; byte < 256; byte++) entries[byte] = of(byte);
  return entries;
}
