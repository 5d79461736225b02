import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, halved, readWav } from './tone';
import type { HeardPacket } from './tone-phone';

const FRAME_SAMPLES = 160;

/** A clip as it is played; of a prompt, its `language` and key. */
export interface Sought {
  language: string;
  prompt: string;
}

/**
 * How alike what was heard is to a prompt, at the place where it is most alike: 1 is the prompt itself,
 * 0 something else. G.711 costs about a hundredth.
 */
export function likeness(heard: readonly HeardPacket[], sought: Sought): number {
  return whereHeard(heard, sought).likeness;
}

/** The place where it is most alike, as a number of packets of 20 ms, and how alike it is there. */
export function whereHeard(
  heard: readonly HeardPacket[],
  { language, prompt }: Sought,
): { likeness: number; frame: number; frames: number } {
  const file = join(__dirname, '../../media/prompts', language, `${prompt}.wav`);
  const { sampleRate, channels } = readWav(readFileSync(file));
  const [whole = new Int16Array(0)] = channels;
  const wanted = sampleRate === 8000 ? whole : halved(whole);
  const payloads = Buffer.concat(heard.map(({ payload }) => payload));
  const samples = decode(heard[0]?.payloadType === 0 ? 'PCMU' : 'PCMA', payloads);
  let [best, frame] = [0, -1];
  // Frames of a prompt start at frames of the stream.
  for (let from = 0; from + wanted.length <= samples.length; from += FRAME_SAMPLES) {
    const alike = correlation(samples.subarray(from, from + wanted.length), wanted);
    if (alike > best) [best, frame] = [alike, from / FRAME_SAMPLES];
  }
  return { likeness: best, frame, frames: Math.ceil(wanted.length / FRAME_SAMPLES) };
}

/** How alike two stretches of sound of one length are: 1 the same, 0 nothing of it. */
export function correlation(a: Int16Array, b: Int16Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}
