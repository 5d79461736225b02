/**
 * `npx openline message NUMBER --say greeting-typhoon | typhoon.wav`: callers of a hotline hear that before the greeting, until
 * a moment or until it is ended. A file becomes a prompt of the store's own first.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSettings } from '../config';
import { ownKey } from '../domain/spoken';
import * as files from '../prompts/files';
import { tell } from './answers';
import { HOTLINE_WORDS } from './hotline-words';
import { momentOf, shown } from './moment';
import { prompts } from './prompts/prompts';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

export interface MessageOptions {
  /** What follows `message`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  now: Date;
}

/** Throws `ConfigError`. */
export async function message(options: MessageOptions): Promise<Exit> {
  const { env, cwd, terminal, now } = options;
  const words = HOTLINE_WORDS[languageOf(env)];
  const asked = read(options.args, now);
  if (asked === null || typeof asked === 'string') {
    terminal.err(asked === null ? words.messageUsage : words.noMoment(asked));
    return EXIT.failed;
  }
  const path = `/api/hotlines/${encodeURIComponent(asked.number)}/message`;
  if (asked.say === null) {
    const answer = await askRunningApp({ env, cwd }, { method: 'DELETE', path });
    return tell(answer, terminal, () => terminal.out(words.noMessage(asked.number)));
  }
  const say = await keyOf(asked.say, asked, options);
  if (say === null) return EXIT.refused;
  const body = { say, ...(asked.until === null ? {} : { until: asked.until.toISOString() }) };
  const answer = await askRunningApp({ env, cwd }, { method: 'POST', path, body });
  const until = asked.until && shown(asked.until);
  return tell(answer, terminal, () => terminal.out(words.hears(asked.number, say, until)));
}

interface Asked {
  number: string;
  /** Null: no more. */
  say: string | null;
  until: Date | null;
  language: string;
}

/** A text: what should be a moment and is none. Null: it is used otherwise than it may be. */
function read(args: readonly string[], now: Date): Asked | string | null {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ say: { type: 'string' }, until: { type: 'string' }, language: { type: 'string' } },
        none: { type: 'boolean' },
      },
    });
    const { say = null, until: text, language = 'zh-CN', none = false } = values;
    const [number, ...more] = positionals;
    const until = text === undefined ? null : momentOf(text, now);
    const isWrong = more.length > 0 || (say === null) !== none;
    if (number === undefined || isWrong || (none && text !== undefined)) return null;
    if (text !== undefined && !until) return text;
    return { number, say, until, language };
  } catch {
    return null;
  }
}

/** A file is imported under a key of its own; null, and said why, when there is neither file nor prompt. */
async function keyOf(
  say: string,
  { number, language }: Asked,
  { env, cwd, terminal }: MessageOptions,
): Promise<string | null> {
  if (!existsSync(resolve(cwd, say))) {
    const { dataDir } = parseSettings(env, cwd);
    const all = [join(dataDir, 'prompts'), files.builtInFolder()].flatMap(files.namesIn);
    if (all.some((name) => name.endsWith(`/${say}`))) return say;
    terminal.err(HOTLINE_WORDS[languageOf(env)].noPrompt(say));
    return null;
  }
  const key = ownKey('message', number);
  const args = ['import', say, '--language', language, '--key', key];
  return (await prompts({ args, env, cwd, terminal })) === EXIT.done ? key : null;
}
