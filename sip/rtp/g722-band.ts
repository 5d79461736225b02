/**
 * One sub-band of G.722: the adaptive predictor (ITU-T G.722 §3.6, the same in both bands and both
 * directions) and the adaptation of the quantizer's scale factor (§3.5), in the 16 bit arithmetic of
 * §6.2, so that the far side's predictor stays in step to the bit.
 */

/** Sums and doubled values saturate at 16 bits, as the recommendation's additions do. */
export function saturate(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

/** Antilogarithm of the scale factor: one octave in 32 steps (ILB). */
const OCTAVE = Int32Array.from({ length: 32 }, (_, step) => Math.round(2048 * 2 ** (step / 32)));

/** How a band adapts its scale factor: largest logarithm, exponent of the smallest. */
export interface Scale {
  readonly highest: number;
  readonly shift: number;
}

export const LOW_SCALE: Scale = { highest: 18_432, shift: 8 };
export const HIGH_SCALE: Scale = { highest: 22_528, shift: 10 };

export class SubBand {
  /** What the predictor expects of the next sample (SL, SH). */
  estimate = 0;
  /** Width of the quantizer's steps (DETL, DETH). */
  step: number;
  private logStep = 0;
  /** The part of the estimate that comes from the six zeros. */
  private fromZeros = 0;
  /** Reconstructed and partially reconstructed signal, one and two samples ago. */
  private r1 = 0;
  private r2 = 0;
  private p1 = 0;
  private p2 = 0;
  /** Coefficients of the two poles. */
  private a1 = 0;
  private a2 = 0;
  /** Coefficients of the six zeros, and the differences they apply to, newest first. */
  private readonly b = new Int32Array(6);
  private readonly d = new Int32Array(6);

  constructor(private readonly scale: Scale) {
    this.step = scale.shift === LOW_SCALE.shift ? 32 : 8;
  }

  /** Scales the quantizer by the logarithmic multiplier of the code just used (LOGSCL, SCALEL). */
  adaptStep(multiplier: number): void {
    const { highest, shift } = this.scale;
    const log = ((this.logStep * 127) >> 7) + multiplier;
    this.logStep = log < 0 ? 0 : log > highest ? highest : log;
    const exponent = shift - (this.logStep >> 11);
    const mantissa = OCTAVE[(this.logStep >> 6) & 31] as number;
    this.step = (exponent < 0 ? mantissa << -exponent : mantissa >> exponent) << 2;
  }

  /** Takes in the quantized difference of one sample and predicts the next. */
  adapt(difference: number): void {
    const r = saturate(this.estimate + difference);
    const p = saturate(this.fromZeros + difference);
    const a2 = this.secondPole(p);
    const a1 = this.firstPole(p, a2);
    this.adaptZeros(difference);
    const fromPoles = saturate(
      ((a1 * saturate(2 * r)) >> 15) + ((a2 * saturate(2 * this.r1)) >> 15),
    );
    this.r2 = this.r1;
    this.r1 = r;
    this.p2 = this.p1;
    this.p1 = p;
    this.a1 = a1;
    this.a2 = a2;
    this.estimate = saturate(fromPoles + this.fromZeros);
  }

  /** UPPOL2: moves by sign agreement, kept within ±0.75. */
  private secondPole(p: number): number {
    const agrees = (p ^ this.p1) >= 0;
    const slope = saturate(4 * this.a1);
    const moved = (agrees ? saturate(-slope) : slope) >> 7;
    const a2 = moved + ((p ^ this.p2) >= 0 ? 128 : -128) + ((this.a2 * 32_512) >> 15);
    return a2 > 12_288 ? 12_288 : a2 < -12_288 ? -12_288 : a2;
  }

  /** UPPOL1: kept where the pair of poles is stable. */
  private firstPole(p: number, a2: number): number {
    const a1 = ((p ^ this.p1) >= 0 ? 192 : -192) + ((this.a1 * 32_640) >> 15);
    const limit = 15_360 - a2;
    return a1 > limit ? limit : a1 < -limit ? -limit : a1;
  }

  /** UPZERO and FILTEZ in one pass from the oldest difference to the newest. */
  private adaptZeros(difference: number): void {
    const { b, d } = this;
    const gain = difference === 0 ? 0 : 128;
    let sum = 0;
    for (let i = 5; i >= 0; i--) {
      const agrees = (difference ^ (d[i] as number)) >= 0;
      const coefficient = (((b[i] as number) * 32_640) >> 15) + (agrees ? gain : -gain);
      b[i] = coefficient;
      const delayed = i === 0 ? difference : (d[i - 1] as number);
      d[i] = delayed;
      sum = saturate(sum + ((coefficient * saturate(2 * delayed)) >> 15));
    }
    this.fromZeros = sum;
  }
}
