/**
 * 8 kHz <-> 16 kHz by a halfband low-pass of 55 taps (half of which are zero, so a sample costs 28
 * products). Flat to 3.4 kHz; what lies above 4.6 kHz, images and aliases, is 60 dB down. Adds 27
 * samples of 16 kHz (1.7 ms). Each instance is one stream.
 */

/** Taps on either side of the middle that are not zero: those of odd distance. */
const SIDE = 14;
const WINDOW = 2 * SIDE;
/** Shape of the Kaiser window: 60 dB. */
const BETA = 5.65;
const TAPS = halfband();

/** 8 kHz to 16 kHz. */
export class Upsampler {
  private readonly line = new Window();

  /** Makes two samples of each of the first `count`. Returns how many were written to `out`. */
  process(samples: Int16Array, out: Int16Array, count = samples.length): number {
    const { line } = this;
    for (let i = 0; i < count; i++) {
      line.push(samples[i] as number);
      out[2 * i] = round(2 * line.filter());
      out[2 * i + 1] = line.recent(SIDE - 1);
    }
    return 2 * count;
  }
}

/** 16 kHz to 8 kHz. */
export class Downsampler {
  /** Samples of even places pass through the side taps, those of odd places through the middle. */
  private readonly sides = new Window();
  private readonly middle = new Window();

  /** Makes one sample of two; `count` is even. Returns how many were written to `out`. */
  process(samples: Int16Array, out: Int16Array, count = samples.length): number {
    const { sides, middle } = this;
    const half = count >> 1;
    for (let i = 0; i < half; i++) {
      sides.push(samples[2 * i] as number);
      out[i] = round(sides.filter() + 0.5 * middle.recent(SIDE - 1));
      middle.push(samples[2 * i + 1] as number);
    }
    return half;
  }
}

/** The last samples, each kept twice so that they always lie in one piece. */
class Window {
  private readonly samples = new Float64Array(2 * WINDOW);
  private oldest = 0;

  push(sample: number): void {
    const { oldest } = this;
    this.samples[oldest] = this.samples[oldest + WINDOW] = sample;
    this.oldest = oldest + 1 === WINDOW ? 0 : oldest + 1;
  }

  /** The sample that was pushed `ago` pushes before the last. */
  recent(ago: number): number {
    return this.samples[this.oldest + WINDOW - 1 - ago] as number;
  }

  /** The side taps, which are symmetrical. */
  filter(): number {
    const { samples, oldest } = this;
    const newest = oldest + WINDOW - 1;
    let sum = 0;
    for (let i = 0; i < SIDE; i++) {
      const pair = (samples[oldest + i] as number) + (samples[newest - i] as number);
      sum += pair * (TAPS[i] as number);
    }
    return sum;
  }
}

/** The side taps, outermost first: a sinc under a Kaiser window, scaled to pass half at 0 Hz. */
function halfband(): Float64Array {
  const taps = Float64Array.from({ length: SIDE }, (_, i) => {
    const distance = WINDOW - 1 - 2 * i;
    const sinc = Math.sin((Math.PI * distance) / 2) / (Math.PI * distance);
    return (sinc * bessel(BETA * Math.sqrt(1 - (distance / WINDOW) ** 2))) / bessel(BETA);
  });
  const sum = taps.reduce((a, b) => a + b);
  return taps.map((tap) => (tap * 0.25) / sum);
}

/** Modified Bessel function of the first kind, order zero. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 30; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function round(value: number): number {
  const rounded = Math.round(value);
  return rounded > 32_767 ? 32_767 : rounded < -32_768 ? -32_768 : rounded;
}
