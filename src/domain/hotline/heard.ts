/**
 * Whether what was heard is a prompt: by its loudness, frame by frame, which a codec, a change of rate or another
 * volume leave as it is, and which music, silence or another prompt do not have. Pure.
 */

/** Loudness (root mean square of 16 bit samples) of frames of 20 ms. */
export type Loudness = readonly number[];

/** From here on a frame is said to sound; a quiet line is far below. */
export const SOUNDS = 100;

/** From here on it is the prompt; others of the same voice stay below 0.6. */
export const IS_PROMPT = 0.85;

/** How alike the two are at the place where they are most alike: 1 is the prompt, 0 something else. */
export function likeness(heard: Loudness, prompt: Loudness): number {
  let best = 0;
  for (let from = 0; from + prompt.length <= heard.length; from++)
    best = Math.max(best, correlation(heard, from, prompt));
  return best;
}

/** Frames at the end that are quiet. */
export function quietFor(heard: Loudness): number {
  return heard.length - 1 - heard.findLastIndex((level) => level >= SOUNDS);
}

/** How many of the frames sound. */
export const sounding = (heard: Loudness): number =>
  heard.filter((level) => level >= SOUNDS).length;

function correlation(heard: Loudness, from: number, prompt: Loudness): number {
  const count = prompt.length;
  let [sumA, sumB] = [0, 0];
  for (let i = 0; i < count; i++) {
    sumA += heard[from + i] as number;
    sumB += prompt[i] as number;
  }
  const [meanA, meanB] = [sumA / count, sumB / count];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const a = (heard[from + i] as number) - meanA;
    const b = (prompt[i] as number) - meanB;
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
