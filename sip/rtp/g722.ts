/**
 * G.722 (ITU-T) at 64 kbit/s, mode 1: 16 kHz sound as two bands of ADPCM, one byte for two samples,
 * six bits of it for the lower band. Written from the recommendation; in RTP its clock runs at 8 kHz
 * all the same (RFC 3551 §4.5.2), so that one tick is one byte.
 *
 *     16 kHz -> split in two (24 taps) -> 0-4 kHz: 6 bits, 4-8 kHz: 2 bits -> byte HHLLLLLL
 *
 * Each instance is one stream: the coder adapts to what it heard, lost packets included.
 */
import { HIGH_SCALE, LOW_SCALE, SubBand, saturate } from './g722-band';

/**
 * Quadrature mirror filter: the twelve taps of even places. It is symmetrical, so those of
 * the odd places are the same backwards.
 */
const MIRROR = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
const TAPS = 24;

/** Decision levels of the lower band's quantizer (Q6). */
const LOW_LEVELS = Int32Array.from([
  0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
  1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
]);
const LOW_INTERVALS = LOW_LEVELS.length;

/** Values of its 30 intervals (half of QM6), smallest first. */
const LOW_VALUES = [
  136, 432, 728, 1040, 1360, 1688, 2032, 2400, 2776, 3168, 3576, 4008, 4464, 4944, 5456, 6000, 6576,
  7192, 7856, 8576, 9360, 10_232, 11_192, 12_280, 13_512, 14_984, 16_704, 19_008, 21_904, 24_808,
];
/** Values and scale multipliers of its 4 bit core (QM4 and WL), smallest first. */
const CORE_VALUES = [0, 1200, 2584, 4240, 6288, 8968, 12_896, 20_456];
const CORE_MULTIPLIERS = [-60, -30, 58, 172, 334, 538, 1198, 3042];

/** The higher band: its decision level, and value and multiplier of each 2 bit code (QM2, WH). */
const HIGH_LEVEL = 564;
const HIGH_VALUE = Int32Array.of(-7408, -1616, 7408, 1616);
const HIGH_MULTIPLIER = Int32Array.of(798, -214, 798, -214);

/** Code of each interval, by the sign of the difference (ILP and ILN). */
const LOW_POSITIVE = Int32Array.from({ length: LOW_INTERVALS }, (_, interval) => 61 - interval);
const LOW_NEGATIVE = Int32Array.from({ length: LOW_INTERVALS }, (_, interval) =>
  interval < 2 ? 63 - interval : 33 - interval,
);

/** Value of each 6 bit code. The four that no encoder sends mean the smallest negative value. */
const LOW_VALUE = new Int32Array(64).fill(-136);
LOW_VALUES.forEach((value, interval) => {
  LOW_VALUE[LOW_POSITIVE[interval] as number] = value;
  LOW_VALUE[LOW_NEGATIVE[interval] as number] = -value;
});

/** Value and multiplier of each 4 bit core code; codes fall from 15 on one side, from 7 on the other. */
const CORE_VALUE = new Int32Array(16);
const CORE_MULTIPLIER = new Int32Array(16);
for (let magnitude = 0; magnitude < 8; magnitude++) {
  const negative = magnitude === 0 ? 15 : 8 - magnitude;
  const positive = magnitude === 0 ? 0 : 15 - magnitude;
  CORE_VALUE[positive] = CORE_VALUES[magnitude] as number;
  CORE_VALUE[negative] = -(CORE_VALUES[magnitude] as number);
  CORE_MULTIPLIER[positive] = CORE_MULTIPLIERS[magnitude] as number;
  CORE_MULTIPLIER[negative] = CORE_MULTIPLIERS[magnitude] as number;
}

/** Repeated, a decoder is silent within 10 ms whatever it heard before: the smallest step in both bands. */
export const G722_SILENCE = 0xff;

export class G722Encoder {
  private readonly low = new SubBand(LOW_SCALE);
  private readonly high = new SubBand(HIGH_SCALE);
  private readonly line = new DelayLine();

  /**
   * Encodes the first `count` samples, an even number, and writes half as many bytes to `out` at
   * `at`. Returns how many bytes.
   */
  encode(samples: Int16Array, out: Uint8Array, at: number, count = samples.length): number {
    const { line } = this;
    const bytes = count >> 1;
    for (let i = 0; i < bytes; i++) {
      line.push(samples[2 * i] as number, samples[2 * i + 1] as number);
      out[at + i] = this.encodePair(line.evens(), line.odds());
    }
    return bytes;
  }

  /**
   * Bytes `start` to `end` were sent that another encoder made: goes on as if it had made them, so that the
   * far side's decoder agrees with it from its next byte on.
   */
  follow(bytes: Uint8Array, start: number, end: number): void {
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      adaptLow(this.low, byte & 0x3f);
      adaptHigh(this.high, byte >> 6);
    }
    this.line.clear();
  }

  private encodePair(evens: number, odds: number): number {
    const lowCode = this.encodeLow(limit((odds + evens) >> 14));
    return (this.encodeHigh(limit((odds - evens) >> 14)) << 6) | lowCode;
  }

  private encodeLow(sample: number): number {
    const { low } = this;
    const error = saturate(sample - low.estimate);
    const interval = lowInterval(error >= 0 ? error : -(error + 1), low.step);
    const code = (error >= 0 ? LOW_POSITIVE : LOW_NEGATIVE)[interval] as number;
    adaptLow(low, code);
    return code;
  }

  private encodeHigh(sample: number): number {
    const { high } = this;
    const error = saturate(sample - high.estimate);
    const magnitude = error >= 0 ? error : -(error + 1);
    const outer = magnitude >= (HIGH_LEVEL * high.step) >> 12;
    const code = error >= 0 ? (outer ? 2 : 3) : outer ? 0 : 1;
    adaptHigh(high, code);
    return code;
  }
}

export class G722Decoder {
  private readonly low = new SubBand(LOW_SCALE);
  private readonly high = new SubBand(HIGH_SCALE);
  private readonly line = new DelayLine();

  /** Decodes bytes `start` to `end` into twice as many samples of `out`. Returns how many samples. */
  decode(bytes: Uint8Array, start: number, end: number, out: Int16Array): number {
    const { low, high, line } = this;
    let at = 0;
    for (let i = start; i < end; i++) {
      const byte = bytes[i] as number;
      const code = byte & 0x3f;
      const lower = limit(low.estimate + ((low.step * (LOW_VALUE[code] as number)) >> 15));
      adaptLow(low, code);
      const higher = limit(high.estimate + adaptHigh(high, byte >> 6));
      line.push(lower + higher, lower - higher);
      out[at++] = saturate(line.odds() >> 11);
      out[at++] = saturate(line.evens() >> 11);
    }
    return at;
  }
}

/** Only the upper four bits of the code drive the predictor, so that two may be stolen on the way. */
function adaptLow(band: SubBand, code: number): void {
  const core = code >> 2;
  const difference = (band.step * (CORE_VALUE[core] as number)) >> 15;
  band.adaptStep(CORE_MULTIPLIER[core] as number);
  band.adapt(difference);
}

/** Returns the difference that the code stands for. */
function adaptHigh(band: SubBand, code: number): number {
  const difference = (band.step * (HIGH_VALUE[code] as number)) >> 15;
  band.adaptStep(HIGH_MULTIPLIER[code] as number);
  band.adapt(difference);
  return difference;
}

/** Which interval holds the magnitude: the last whose decision level it reaches (QUANTL). */
function lowInterval(magnitude: number, step: number): number {
  let below = 0;
  let above = LOW_INTERVALS;
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (magnitude < ((LOW_LEVELS[middle] as number) * step) >> 12) above = middle;
    else below = middle;
  }
  return below;
}

/** Both bands are 15 bits wide (LIMIT). */
function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}

/**
 * The last 24 samples, those of even and of odd places apart. Each is kept twice, twelve places from
 * each other, so that the last twelve always lie in one piece.
 */
class DelayLine {
  private readonly even = new Int32Array(TAPS);
  private readonly odd = new Int32Array(TAPS);
  private oldest = 0;

  push(even: number, odd: number): void {
    const { oldest } = this;
    this.even[oldest] = this.even[oldest + TAPS / 2] = even;
    this.odd[oldest] = this.odd[oldest + TAPS / 2] = odd;
    this.oldest = oldest + 1 === TAPS / 2 ? 0 : oldest + 1;
  }

  clear(): void {
    this.even.fill(0);
    this.odd.fill(0);
  }

  /** The even places, oldest first, through the taps in their order. */
  evens(): number {
    const { even, oldest } = this;
    let sum = 0;
    for (let i = 0; i < TAPS / 2; i++) sum += (even[oldest + i] as number) * (MIRROR[i] as number);
    return sum;
  }

  /** The odd places through the taps in reverse. */
  odds(): number {
    const { odd, oldest } = this;
    let sum = 0;
    for (let i = 0; i < TAPS / 2; i++) {
      sum += (odd[oldest + i] as number) * (MIRROR[TAPS / 2 - 1 - i] as number);
    }
    return sum;
  }
}
