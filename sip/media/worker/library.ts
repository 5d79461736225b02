/**
 * The prompts by language and key, and the queue music, read and encoded once when a worker starts.
 * A file that is no mono 16 bit WAV of 8 or 16 kHz stops the start: better then than in a call.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readLinear } from '../wav';
import { Clip } from './clip';

export interface Library {
  music: Clip;
  /** Null when there is no such prompt in that language. */
  prompt(language: string, key: string): Clip | null;
}

/** Throws with the file's name when one cannot be used. */
export function loadLibrary(promptsDir: string, musicFile: string): Library {
  const prompts = new Map<string, Clip>();
  for (const language of foldersOf(promptsDir)) {
    for (const file of readdirSync(join(promptsDir, language))) {
      if (!file.endsWith('.wav')) continue;
      const key = file.slice(0, -'.wav'.length);
      prompts.set(`${language}/${key}`, loadClip(join(promptsDir, language, file)));
    }
  }
  const music = loadClip(musicFile);
  if (music.frames === 0) throw new Error(`${musicFile}: no sound in it`);
  return { music, prompt: (language, key) => prompts.get(`${language}/${key}`) ?? null };
}

function foldersOf(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function loadClip(path: string): Clip {
  try {
    return new Clip(readLinear(readFileSync(path)));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
