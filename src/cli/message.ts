/**
 * `npx openline message NUMBER --say greeting-typhoon | typhoon.wav`: callers of a hotline hear that before the greeting, until
 * a moment or until it is ended. A file becomes a prompt of the store's own first.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSettings } from '../config';
import { ownKey } from '../domain/spoken';
import { tell } from './answers';
import { momentOf } from './moment';
import * as files from './prompts/files';
import { prompts } from './prompts/prompts';
import { askRunningApp, EXIT, type Exit, type Terminal } from './running-app';

export const MESSAGE_USAGE =
  'Usage: npx openline message NUMBER --say KEY|FILE [--until 18:00] [--language zh-CN] | npx openline message NUMBER --none';

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
  const asked = read(options.args, now);
  if (asked === null) {
    terminal.err(MESSAGE_USAGE);
    return EXIT.failed;
  }
  const path = `/api/hotlines/${encodeURIComponent(asked.number)}/message`;
  if (asked.say === null) {
    const answer = await askRunningApp({ env, cwd }, { method: 'DELETE', path });
    return tell(answer, terminal, () => terminal.out(`${asked.number}: no message`));
  }
  const say = await keyOf(asked.say, asked, options);
  if (say === null) return EXIT.refused;
  const body = { say, ...(asked.until === null ? {} : { until: asked.until.toISOString() }) };
  const answer = await askRunningApp({ env, cwd }, { method: 'POST', path, body });
  const until = asked.until === null ? 'until it is ended' : `until ${asked.until.toISOString()}`;
  return tell(answer, terminal, () =>
    terminal.out(`${asked.number}: callers hear ${say} before the greeting, ${until}`),
  );
}

interface Asked {
  number: string;
  /** Null: no more. */
  say: string | null;
  until: Date | null;
  language: string;
}

function read(args: readonly string[], now: Date): Asked | null {
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
    const isWrong = more.length > 0 || (say === null) !== none || (text !== undefined && !until);
    if (number === undefined || isWrong || (none && text !== undefined)) return null;
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
    terminal.err(`${say} is neither a file nor a prompt (npx openline prompts list).`);
    return null;
  }
  const key = ownKey('message', number);
  const args = ['import', say, '--language', language, '--key', key];
  return (await prompts({ args, env, cwd, terminal })) === EXIT.done ? key : null;
}
