/**
 * The tone of a key (ITU-T Q.23) for a far side that takes no events: -8 dBm0 in the lower and
 * -6 dBm0 in the higher frequency, which lines damp more, with edges of 5 ms that do not click.
 *
 *     silent -> press -> rising -> sounding -> release, or its time is over -> falling -> silent
 */
import { DBM0_SINE_DBOV, amplitudeOf } from '../level';
import { codeOf, highOf, lowOf } from './keys';

const LOW_DBM0 = -8;
const HIGH_DBM0 = -6;
const EDGE_MS = 5;
const LOW_PEAK = peakOf(LOW_DBM0);
const HIGH_PEAK = peakOf(HIGH_DBM0);

export class KeyTone {
  private readonly edge: number;
  private lowStep = 0;
  private highStep = 0;
  /** Samples of the tone made by now, and how many it has with both edges. */
  private at = 0;
  private length = 0;

  constructor(private readonly rate: 8000 | 16_000) {
    this.edge = (EDGE_MS * rate) / 1000;
  }

  /** True while there is tone to be made. */
  get sounds(): boolean {
    return this.at < this.length;
  }

  /**
   * Starts the tone of a key, for `samples` in all or until `release`. One that sounds is cut off.
   * Throws for what is no key.
   */
  press(key: string, samples = Number.POSITIVE_INFINITY): void {
    if (codeOf(key) < 0) throw new RangeError(`no telephone key: ${key}`);
    this.lowStep = (2 * Math.PI * lowOf(key)) / this.rate;
    this.highStep = (2 * Math.PI * highOf(key)) / this.rate;
    this.at = 0;
    this.length = Math.max(samples, 2 * this.edge);
  }

  /** The tone falls from the next sample on. */
  release(): void {
    this.length = Math.min(this.length, Math.max(this.at, this.edge) + this.edge);
  }

  /** Writes `count` samples to `out` at `start`: tone, then silence. */
  fill(out: Int16Array, start: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const sounding = this.at < this.length;
      out[start + i] = sounding ? this.sample() : 0;
      if (sounding) this.at += 1;
    }
  }

  private sample(): number {
    const { at, edge } = this;
    const inEdge = Math.min(at + 1, this.length - at, edge) / edge;
    const rise = inEdge < 1 ? 0.5 - 0.5 * Math.cos(Math.PI * inEdge) : 1;
    const low = LOW_PEAK * Math.sin(this.lowStep * at);
    return Math.round(rise * (low + HIGH_PEAK * Math.sin(this.highStep * at)));
  }
}

function peakOf(dbm0: number): number {
  return Math.SQRT2 * amplitudeOf(dbm0 + DBM0_SINE_DBOV);
}
