/**
 * The prompts and the music that can be heard now: which clips a play is made of, and how they are replaced
 * while calls go on.
 */
import type { Logger } from 'pino';
import { choosePrompts, type Wanted } from './prompt-choice';
import { readSounds, type SoundFolders, type Sounds, type UnusableFile } from './sound-files';
import type { SharedSounds } from './worker/library';

export interface ReloadedPrompts {
  /** Files of the store's own that are heard. */
  own: number;
  unusable: UnusableFile[];
}

export class Prompts {
  /** What was said in another language than wanted; each is told once. */
  private readonly told = new Set<string>();
  private reloading: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly folders: SoundFolders,
    private readonly log: Logger,
    private sounds: Sounds,
  ) {}

  /** Rejects when a file of the built-in set cannot be used. */
  static async read(folders: SoundFolders, log: Logger): Promise<Prompts> {
    const sounds = await readSounds(folders);
    tellUnusable(sounds, log);
    return new Prompts(folders, log, sounds);
  }

  /** For workers. */
  get shared(): SharedSounds {
    return this.sounds.shared;
  }

  /** Names of the clips. Throws `bad-request` and `unknown-prompt`; `session` is for the log. */
  choose(wanted: Wanted, session: string): string[] {
    const { clips, foreign } = choosePrompts(wanted, this.sounds.index);
    const { language } = wanted;
    for (const heard of foreign) {
      const fact = `${language} ${heard}`;
      if (this.told.has(fact) || this.told.size >= MOST_TOLD) continue;
      this.told.add(fact);
      this.log.warn({ session, language, heard }, 'a prompt is missing in the language wanted');
    }
    return clips;
  }

  /**
   * Reads the files again and hands them to `replace`. One after the other: the last to be asked for is the
   * last to be in force. Rejects, and all stays as it was, when one of the built-in set cannot be used.
   */
  reload(replace: (sounds: SharedSounds) => Promise<void>): Promise<ReloadedPrompts> {
    const reloaded = this.reloading.then(async () => {
      const sounds = await readSounds(this.folders);
      tellUnusable(sounds, this.log);
      await replace(sounds.shared);
      this.sounds = sounds;
      this.told.clear();
      const { own, unusable } = sounds;
      this.log.info({ own }, 'prompts and music were read again');
      return { own, unusable };
    });
    this.reloading = reloaded.catch(() => undefined);
    return reloaded;
  }
}

/** Languages are the app's to name. */
const MOST_TOLD = 1000;

function tellUnusable({ unusable }: Sounds, log: Logger): void {
  for (const one of unusable) log.error(one, 'a prompt of our own cannot be used');
}
