/**
 * `npx openline prompts`: a store hears its own voice. Files are converted into the data folder, where they
 * lie over the built-in set, and the running edge takes them at once.
 */
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseSettings } from '../../config';
import { convert, LONGEST, type Converted, type Kind } from '../../prompts/convert';
import * as files from '../../prompts/files';
import { putFile } from '../../prompts/put-file';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from '../running-app';
import { MESSAGES, type Words } from './messages';

export interface PromptsOptions {
  /** What follows `prompts`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Throws `ConfigError`. */
export async function prompts(options: PromptsOptions): Promise<Exit> {
  const words: Words = MESSAGES[languageOf(options.env)];
  const asked = readArguments(options.args);
  const run = asked === null ? undefined : ACTIONS[asked.action];
  if (asked === null || run === undefined) {
    options.terminal.err(words.usage);
    return EXIT.failed;
  }
  const wrong = faultOf(asked, words);
  if (wrong !== null) {
    options.terminal.err(wrong);
    return EXIT.refused;
  }
  const { dataDir } = parseSettings(options.env, options.cwd);
  return run({ ...options, ...asked, words, folder: join(dataDir, 'prompts') });
}

interface Asked {
  action: string;
  path: string | null;
  language: string | null;
  key: string | null;
}

interface Action extends PromptsOptions, Asked {
  words: Words;
  /** Of the store's own prompts. */
  folder: string;
}

const ACTIONS: Partial<Record<string, (action: Action) => Exit | Promise<Exit>>> = {
  list,
  import: importFiles,
  reset,
  reload: (action) => tellEdge(action),
  'export-texts': exportTexts,
};

function readArguments(args: readonly string[]): Asked | null {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { language: { type: 'string' }, key: { type: 'string' } },
    });
    const [action = '', path = null, ...more] = positionals;
    if (more.length > 0 || (path !== null) !== (action === 'import')) return null;
    return { action, path, language: values.language ?? null, key: values.key ?? null };
  } catch {
    return null;
  }
}

function faultOf({ language, key }: Asked, words: Words): string | null {
  if (language !== null && !files.isLanguage(language)) return words.badLanguage(language);
  return key !== null && !files.isKey(key) ? words.badKey(key) : null;
}

function list({ folder, language, words, terminal }: Action): Exit {
  const own = new Set(files.namesIn(folder));
  const said = new Map(files.texts().map((text) => [text.key, text.byLanguage]));
  const all = new Set([...files.namesIn(files.builtInFolder()), files.MUSIC, ...own]);
  for (const name of [...all].sort()) {
    const [of = '', key = ''] = name.split('/');
    if (language !== null && of !== language) continue;
    const whose = own.has(name) ? words.own : words.builtIn;
    terminal.out(
      `${name}  ${whose}  ${own.has(name) ? '' : (said.get(key)?.[of] ?? '')}`.trimEnd(),
    );
  }
  return EXIT.done;
}

async function importFiles(action: Action): Promise<Exit> {
  const { path, cwd, language, key, words, terminal } = action;
  const sources = files.sourcesAt(resolve(cwd, path ?? ''), language);
  if (sources === null) {
    terminal.err(words.missing(path ?? ''));
    return EXIT.refused;
  }
  if (key !== null && sources.length > 1) {
    terminal.err(words.keyForMany);
    return EXIT.refused;
  }
  let done = 0;
  for (const source of sources) {
    if (await importOne({ ...source, key: key ?? source.key }, action)) done += 1;
  }
  if (sources.length === 0) terminal.err(words.nothing);
  const told = done === 0 ? EXIT.done : await tellEdge(action);
  return done === sources.length && done > 0 ? told : EXIT.refused;
}

/** True when it is in place. */
async function importOne({ path, language, key }: files.Source, action: Action): Promise<boolean> {
  const { folder, words, terminal } = action;
  const refuse = (why: string): false => (terminal.err(why), false);
  if (!files.isKey(key)) return refuse(`${path}: ${words.badKey(key)}`);
  const kind: Kind = key === files.MUSIC ? 'music' : 'prompt';
  if (kind === 'prompt' && language === null) return refuse(words.noLanguage(path));
  const name = kind === 'music' ? files.MUSIC : `${language}/${key}`;
  const converted = await convert(path, kind);
  if (converted.is !== 'sound') return refuse(refusal(converted, path, kind, words));
  await putFile(files.fileOf(folder, name), converted.wav);
  terminal.out(words.imported(name, converted.seconds.toFixed(1)));
  if (kind === 'prompt' && !isAskedFor(key)) terminal.out(words.unknownKey(name));
  return true;
}

/** Of the built-in set, or somebody's own instead of one of it: `greeting-bj01`. */
const isAskedFor = (key: string): boolean =>
  [...files.texts().map((text) => text.key), 'beep', 'ringing-tone'].some(
    (known) => key === known || key.startsWith(`${known}-`),
  );

/** Why a file cannot become a prompt, in words. */
export function refusal(
  converted: Exclude<Converted, { is: 'sound' }>,
  path: string,
  kind: Kind,
  words: Words,
): string {
  if (converted.is === 'unreadable') return words.notSound(path, converted.why);
  if (converted.is === 'silent') return words.silent(path);
  return words.length(path, converted.seconds.toFixed(1), LONGEST[kind]);
}

async function reset(action: Action): Promise<Exit> {
  const { folder, language, key, words, terminal } = action;
  const gone = files.namesIn(folder).filter((name) => {
    const [first = '', second = first] = name.split('/');
    const isMusic = name === files.MUSIC;
    return (language === null || (!isMusic && first === language)) && (key ?? second) === second;
  });
  for (const name of gone) {
    rmSync(files.fileOf(folder, name));
    terminal.out(words.removed(name));
  }
  if (gone.length > 0) return tellEdge(action);
  terminal.err(words.nothing);
  return EXIT.refused;
}

/** The running edge reads the files again. None that runs is no failure: it will read them when it starts. */
async function tellEdge({ env, cwd, words, terminal }: Action): Promise<Exit> {
  const question = { method: 'POST', path: '/api/prompts/reload' } as const;
  const asked = await askRunningApp({ env, cwd }, question);
  if ('failure' in asked || !asked.ok) {
    const why = 'failure' in asked ? asked.failure : (asked.answer as { message: string }).message;
    terminal.err(words.later(why));
    return EXIT.done;
  }
  const { own, unusable } = asked.answer as {
    own: number;
    unusable: { file: string; reason: string }[];
  };
  for (const { file, reason } of unusable) terminal.err(words.unusable(file, reason));
  terminal.out(words.heard(own));
  return unusable.length === 0 ? EXIT.done : EXIT.refused;
}

/** CSV (RFC 4180) for those who record. */
function exportTexts({ terminal }: Action): Exit {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  terminal.out(['key', 'use', ...files.TEXT_LANGUAGES].join(','));
  for (const { key, use, byLanguage } of files.texts()) {
    const said = files.TEXT_LANGUAGES.map((language) => byLanguage[language] ?? '');
    terminal.out([key, use, ...said].map(cell).join(','));
  }
  return EXIT.done;
}
