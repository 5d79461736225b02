/** How loud what callers hear is: all prompts alike, music softer. Of samples of 16 bit; full scale is 32,768. */

export interface Target {
  /** Root mean square without the pauses. */
  loudness: number;
  /** The highest sample; what would go beyond it stays softer. */
  peak: number;
}

/** 1.5 dB below full scale at most. */
export const SPEECH: Target = { loudness: 3277, peak: 27_500 };
/** Music is heard under a voice, not over it. */
export const MUSIC: Target = { loudness: 1800, peak: 10_360 };
/** Softer stretches of 20 ms are pauses. */
const PAUSE = 300;
/** What is softer than this throughout has no sound in it. */
const SILENCE = 30;

/** The same sound, as loud as it should be; null when there is none. */
export function levelled(
  samples: Int16Array,
  rate: number,
  { loudness, peak: highest }: Target,
): Int16Array | null {
  const size = rate / 50;
  const frames = Array.from({ length: Math.ceil(samples.length / size) }, (_, n) =>
    samples.subarray(n * size, (n + 1) * size),
  ).map((frame) => ({ energy: energyOf(frame), length: frame.length }));
  const loudest = frames.reduce((most, one) => Math.max(most, rmsOf(one)), 0);
  if (loudest < SILENCE) return null;
  // A very soft recording has its pauses further down.
  const spoken = frames.filter((frame) => rmsOf(frame) >= Math.min(PAUSE, loudest / 4));
  const energy = spoken.reduce((sum, frame) => sum + frame.energy, 0);
  const length = spoken.reduce((sum, frame) => sum + frame.length, 0);
  const gain = Math.min(loudness / Math.sqrt(energy / length), highest / peakOf(samples));
  const louder = new Int16Array(samples.length);
  for (let at = 0; at < samples.length; at++)
    louder[at] = Math.round((samples[at] as number) * gain);
  return louder;
}

const rmsOf = ({ energy, length }: { energy: number; length: number }): number =>
  Math.sqrt(energy / length);

function energyOf(samples: Int16Array): number {
  let sum = 0;
  for (let at = 0; at < samples.length; at++) sum += (samples[at] as number) ** 2;
  return sum;
}

function peakOf(samples: Int16Array): number {
  let most = 0;
  for (let at = 0; at < samples.length; at++)
    most = Math.max(most, Math.abs(samples[at] as number));
  return most;
}
