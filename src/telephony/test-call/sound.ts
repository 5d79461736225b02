/** The loudness of a prompt's file, frame by frame, to compare what is heard with. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Loudness } from '../../domain/hotline/heard';

/** Folder of the prompts that come with the product. Sources and `dist/` lie at different depths below it. */
export function builtInPrompts(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'media', 'prompts');
}

/** Of each folder that has the prompt in that language. */
export async function loudnessOf(
  folders: readonly string[],
  { language, prompt }: { language: string; prompt: string },
): Promise<Loudness[]> {
  const files = folders.map((folder) => readFile(join(folder, language, `${prompt}.wav`)));
  const read = await Promise.allSettled(files);
  return read.flatMap((one) => (one.status === 'fulfilled' ? [loudnessOfWav(one.value)] : []));
}

/** A WAV file (RIFF, format 1) of one channel of 16 bit samples; empty for what is none. */
export function loudnessOfWav(file: Buffer): Loudness {
  const data = file.indexOf('data', 12, 'latin1');
  if (file.toString('latin1', 0, 4) !== 'RIFF' || data < 0) return [];
  const frame = file.readUInt32LE(24) / 50;
  const end = Math.min(file.length, data + 8 + file.readUInt32LE(data + 4));
  const levels: number[] = [];
  for (let at = data + 8; at + 2 * frame <= end; at += 2 * frame) {
    const samples = Array.from({ length: frame }, (_, i) => file.readInt16LE(at + 2 * i));
    levels.push(rms(samples));
  }
  return levels;
}

export const rms = (samples: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += (samples[i] as number) ** 2;
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
};
