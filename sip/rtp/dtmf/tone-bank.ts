/**
 * How much of each of four tones a stretch of sound has (Goertzel), which is the strongest, and by how
 * much its true frequency differs: the phase of a tone moves on evenly from one look to the next.
 */

const MOST_DEVIATION = 0.018;
const MARGIN_HZ = 4.5;

export class ToneBank {
  /** The strongest tone: its place in the list, and its squared amplitude. */
  strongest = 0;
  power = 0;
  /**
   * Difference of its frequency from the nominal in Hz; only right when it was the strongest in the
   * look before, and within half a turn from look to look (50 Hz).
   */
  deviation = 0;
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private readonly phases: Float64Array;
  /** Turn of each tone's phase from look to look, in radians. */
  private readonly turns: Float64Array;
  private readonly scale: number;

  /** Looks of `length` samples under a Hann window, each `hop` after the last. */
  constructor(
    private readonly tones: readonly number[],
    private readonly rate: number,
    private readonly length: number,
    private readonly hop: number,
  ) {
    const steps = tones.map((tone) => (2 * Math.PI * tone) / rate);
    this.cosines = Float64Array.from(steps, Math.cos);
    this.sines = Float64Array.from(steps, Math.sin);
    this.turns = Float64Array.from(steps, (step) => step * hop);
    this.phases = new Float64Array(tones.length);
    // A sine of amplitude A gives A · N / 4.
    this.scale = 16 / (length * length);
  }

  /** Within Q.24's 1.5 % + 2 Hz, and a little more for the measurement; far from 3.5 %. */
  get isInTune(): boolean {
    const tone = this.tones[this.strongest] as number;
    return Math.abs(this.deviation) < MOST_DEVIATION * tone + MARGIN_HZ;
  }

  /** Its power without what the window takes from a tone that is out of tune. */
  get truePower(): number {
    const bins = (this.deviation * this.length) / this.rate;
    if (Math.abs(bins) < 0.001) return this.power;
    const sinc = Math.sin(Math.PI * bins) / (Math.PI * bins);
    return this.power * ((1 - bins * bins) / sinc) ** 2;
  }

  measure(look: Float64Array, window: Float64Array): void {
    this.power = -1;
    for (let tone = 0; tone < this.tones.length; tone++) this.goertzel(look, window, tone);
    this.power *= this.scale;
  }

  private goertzel(look: Float64Array, window: Float64Array, tone: number): void {
    const cosine = this.cosines[tone] as number;
    let [last, before] = [0, 0];
    for (let i = 0; i < look.length; i++) {
      const next = (look[i] as number) * (window[i] as number) + 2 * cosine * last - before;
      before = last;
      last = next;
    }
    const real = last - cosine * before;
    const imaginary = (this.sines[tone] as number) * before;
    const phase = Math.atan2(imaginary, real);
    const moved = phase - (this.phases[tone] as number) - (this.turns[tone] as number);
    this.phases[tone] = phase;
    const power = real * real + imaginary * imaginary;
    if (power <= this.power) return;
    this.power = power;
    this.strongest = tone;
    const excess = moved - 2 * Math.PI * Math.round(moved / (2 * Math.PI));
    this.deviation = (excess * this.rate) / (2 * Math.PI * this.hop);
  }
}
