/**
 * Comfort noise (RFC 3389): what a far side that sends nothing while it is silent wants to be heard
 * instead. Its level is kept; the reflection coefficients that may follow it colour the noise, up to
 * the twelfth, and are never sent by us: our noise is white.
 *
 *     octet 0: level, 0 to 127 for 0 to -127 dBov · octets 1..M: coefficients, k = 258 (N - 127) / 32768
 */
import { SILENCE_DBOV, amplitudeOf } from './level';

/** Orders above add nothing that is heard; a decoder may leave them out (RFC 3389 §3). */
const MOST_COEFFICIENTS = 12;
/** A pole nearer to the circle would whistle. */
const STEEPEST = 0.98;
/** Share of the way to a new level that each sample takes: a change is spread over some 10 ms. */
const GLIDE = 1 / 64;
/** Root of three: the peak of evenly spread noise whose root mean square is one. */
const PEAK = Math.sqrt(3);

/** Writes the payload for noise of `level` dBov (as level.ts measures a frame). Returns its length, 1. */
export function writeComfortNoise(level: number, out: Uint8Array, at: number): number {
  out[at] = Math.min(127, Math.max(0, Math.round(-level)));
  return 1;
}

/** The level that a payload tells, 0 to -127 dBov; the floor for an empty one. */
export function comfortNoiseLevel(bytes: Uint8Array, start: number, end: number): number {
  return start < end ? -((bytes[start] as number) & 0x7f) : SILENCE_DBOV;
}

/** Makes the noise of one stream. Silent until the first payload. */
export class ComfortNoise {
  private readonly coefficients = new Float64Array(MOST_COEFFICIENTS);
  private readonly delayed = new Float64Array(MOST_COEFFICIENTS + 1);
  private order = 0;
  private wanted = 0;
  private gain = 0;
  private fresh = true;
  private random: number;

  /** The same seed gives the same noise. */
  constructor(seed: number) {
    this.random = seed | 0 || 1;
  }

  /** Takes in a payload: bytes `start` to `end`. An empty one means silence. */
  update(bytes: Uint8Array, start: number, end: number): void {
    const order = Math.max(0, Math.min(end - start - 1, MOST_COEFFICIENTS));
    // What the lattice adds to the level is taken from what is fed to it.
    let residue = 1;
    for (let i = 0; i < order; i++) {
      const coefficient = (258 * ((bytes[start + 1 + i] as number) - 127)) / 32_768;
      const kept = Math.max(-STEEPEST, Math.min(coefficient, STEEPEST));
      this.coefficients[i] = kept;
      residue *= 1 - kept * kept;
    }
    if (order !== this.order) this.delayed.fill(0);
    this.order = order;
    this.wanted = PEAK * amplitudeOf(comfortNoiseLevel(bytes, start, end)) * Math.sqrt(residue);
    if (this.fresh) this.gain = this.wanted;
    this.fresh = false;
  }

  /** Writes `count` samples to `out` at `at`. */
  fill(out: Int16Array, at: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.gain += (this.wanted - this.gain) * GLIDE;
      const sample = Math.round(this.color(this.gain * this.white()));
      out[at + i] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
    }
  }

  /** Xorshift (Marsaglia), evenly spread over -1 to 1. */
  private white(): number {
    let { random } = this;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.random = random;
    return random / 2_147_483_648;
  }

  /** All-pole lattice: the inverse of 1 + a1/z + ..., where k1 is -r1/r0 of the noise. */
  private color(sample: number): number {
    const { coefficients, delayed } = this;
    let forward = sample;
    for (let i = this.order - 1; i >= 0; i--) {
      const coefficient = coefficients[i] as number;
      const backward = delayed[i] as number;
      forward -= coefficient * backward;
      delayed[i + 1] = backward + coefficient * forward;
    }
    delayed[0] = forward;
    return forward;
  }
}
