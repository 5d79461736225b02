/** Sounds to test with at any rate, and measures of what became of them. */
import { loudness } from '../../../support/tone';

/** A sine of `amplitude` (peak), from phase zero. */
export function sine(
  frequency: number,
  amplitude: number,
  rate: number,
  samples: number,
): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * at) / rate)),
  );
}

/** Share of the energy that lies at one frequency, 0..1. Whole periods make it exact. */
export function share(samples: Int16Array, frequency: number, rate: number): number {
  let [real, imaginary, energy] = [0, 0, 0];
  samples.forEach((sample, at) => {
    const angle = (2 * Math.PI * frequency * at) / rate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
    energy += sample * sample;
  });
  return energy === 0 ? 0 : (2 * (real ** 2 + imaginary ** 2)) / (samples.length * energy);
}

/** Energy of `said` over that of the difference, dB; infinite for the same. */
export function signalToNoise(said: Int16Array, heard: Int16Array): number {
  const difference = said.map((sample, at) => sample - (heard[at] ?? 0));
  return 20 * Math.log10(loudness(said) / loudness(difference));
}

/** The largest step between two neighbours: a click is one. */
export function largestStep(samples: Int16Array): number {
  return samples.reduce(
    (most, sample, at) => Math.max(most, Math.abs(sample - (samples[at - 1] ?? sample))),
    0,
  );
}
