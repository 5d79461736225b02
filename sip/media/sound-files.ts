/**
 * The files of prompts and music, read and encoded once for all workers. A store's own folder lies over the
 * set that comes with the product, file by file. A file of ours that cannot be used stops the start: better
 * then than in a call; one of the store's is told, and what it should have replaced is heard.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { PromptIndex } from './prompt-choice';
import { readLinear } from './wav';
import { Clip, type SharedClip } from './worker/clip';
import type { SharedSounds } from './worker/library';

export interface SoundFolders {
  /** Holds `<language>/<key>.wav`. */
  promptsDir: string;
  musicFile: string;
  /** Holds `<language>/<key>.wav` and `music.wav` of the store's; it need not be there. */
  ownPromptsDir?: string | undefined;
}

/** A file of the store's that cannot be used. */
export interface UnusableFile {
  file: string;
  reason: string;
}

export interface Sounds {
  shared: SharedSounds;
  index: PromptIndex;
  /** Files of the store's that are heard. */
  own: number;
  unusable: UnusableFile[];
}

/** Rejects with the file's name when one of the built-in set cannot be used. */
export async function readSounds({
  promptsDir,
  musicFile,
  ownPromptsDir,
}: SoundFolders): Promise<Sounds> {
  const reading = new Reading();
  for (const name of await promptsIn(promptsDir)) {
    reading.prompts.set(name, await readClip(join(promptsDir, `${name}.wav`)));
  }
  let music = await readMusic(musicFile);
  if (ownPromptsDir !== undefined) {
    for (const name of await promptsIn(ownPromptsDir).catch(nothingIfMissing)) {
      const clip = await reading.own(join(ownPromptsDir, `${name}.wav`), readClip);
      if (clip !== null) reading.prompts.set(name, clip);
    }
    music = (await reading.own(join(ownPromptsDir, 'music.wav'), readMusic)) ?? music;
  }
  const { prompts, taken, unusable } = reading;
  return { shared: { prompts, music }, index: indexOf(prompts), own: taken, unusable };
}

class Reading {
  readonly prompts = new Map<string, SharedClip>();
  readonly unusable: UnusableFile[] = [];
  taken = 0;

  /** Null when there is none, or it cannot be used. */
  async own(file: string, read: (file: string) => Promise<SharedClip>): Promise<SharedClip | null> {
    try {
      const clip = await read(file);
      this.taken += 1;
      return clip;
    } catch (error) {
      if (!isMissing(error)) this.unusable.push({ file, reason: (error as Error).message });
      return null;
    }
  }
}

/** `<language>/<key>` of each. */
async function promptsIn(folder: string): Promise<string[]> {
  const languages = (await readdir(folder, { withFileTypes: true })).filter((entry) =>
    entry.isDirectory(),
  );
  const names = languages.map(async ({ name: language }) => {
    const files = await readdir(join(folder, language));
    return files
      .filter((file) => file.endsWith('.wav'))
      .map((file) => `${language}/${file.slice(0, -'.wav'.length)}`);
  });
  return (await Promise.all(names)).flat();
}

function indexOf(prompts: ReadonlyMap<string, SharedClip>): PromptIndex {
  const index = new Map<string, Set<string>>();
  for (const name of prompts.keys()) {
    const [language = '', key = ''] = name.split('/');
    index.set(language, (index.get(language) ?? new Set()).add(key));
  }
  return index;
}

async function readMusic(file: string): Promise<SharedClip> {
  const clip = await readClip(file);
  if (clip.PCMA.length === 0) throw new Error(`${file}: no sound in it`);
  return clip;
}

async function readClip(file: string): Promise<SharedClip> {
  const bytes = await readFile(file);
  try {
    return new Clip(readLinear(bytes)).shared;
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function nothingIfMissing(error: unknown): string[] {
  if (isMissing(error)) return [];
  throw error;
}
