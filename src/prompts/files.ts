/**
 * The files of prompts: the built-in set, the store's own, and those that somebody hands over. A name is
 * `<language>/<key>`, or `music`.
 */
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parse } from 'yaml';

export const MUSIC = 'music';

const SOUND = /\.(wav|mp3|ogg|oga|opus|m4a|aac|flac)$/i;
const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;
const KEY = /^[a-z0-9][a-z0-9-]{0,63}$/;

export const isLanguage = (name: string): boolean => LANGUAGE.test(name);
export const isKey = (name: string): boolean => KEY.test(name);

/** What a prompt says and when, from media/prompts/texts.yaml. */
export interface Text {
  key: string;
  use: string;
  byLanguage: Record<string, string>;
}

/** `media/prompts` of this installation; sources and `dist/` lie at different depths below it. */
export function builtInFolder(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return join(folder, 'media', 'prompts');
}

/** Names of the prompts in a folder, in order; none when it is not there. */
export function namesIn(folder: string): string[] {
  const prompts = entriesOf(folder).flatMap((language) =>
    isLanguage(language) ? keysIn(join(folder, language)).map((key) => `${language}/${key}`) : [],
  );
  const hasMusic = existsSync(join(folder, `${MUSIC}.wav`));
  return [...prompts, ...(hasMusic ? [MUSIC] : [])];
}

export const fileOf = (folder: string, name: string): string => join(folder, `${name}.wav`);

/** Languages that the built-in texts are given in. */
export const TEXT_LANGUAGES = ['zh-CN', 'en'] as const;

/** All texts, in the order in which a studio would read them. */
export function texts(): Text[] {
  type Listed = Record<string, Record<string, string>>;
  const file = readFileSync(join(builtInFolder(), 'texts.yaml'), 'utf8');
  const { sentences, parts } = parse(file) as { sentences: Listed; parts: Listed };
  return [...Object.entries(sentences), ...Object.entries(parts)].map(
    ([key, { use = '', ...text }]) => {
      const said = TEXT_LANGUAGES.map((language) => [language, text[language] ?? ''] as const);
      return { key, use, byLanguage: Object.fromEntries(said) };
    },
  );
}

/** A file that is to become a prompt. `language` or `key` that are not given come from where it lies. */
export interface Source {
  path: string;
  /** Null where it cannot be told. */
  language: string | null;
  key: string;
}

/** The sound files at a path; null when there is nothing. A folder may hold folders of languages. */
export function sourcesAt(path: string, language: string | null): Source[] | null {
  if (!existsSync(path)) return null;
  if (!statSync(path).isDirectory()) return [{ path, language, key: nameOf(path) }];
  return entriesOf(path).flatMap((entry) => {
    const inside = join(path, entry);
    if (!statSync(inside).isDirectory()) return soundIn(inside, language);
    if (!isLanguage(entry) || (language !== null && language !== entry)) return [];
    return entriesOf(inside).flatMap((file) => soundIn(join(inside, file), entry));
  });
}

function soundIn(path: string, language: string | null): Source[] {
  return SOUND.test(path) ? [{ path, language, key: nameOf(path) }] : [];
}

function keysIn(folder: string): string[] {
  return entriesOf(folder).flatMap((file) => (file.endsWith('.wav') ? [nameOf(file)] : []));
}

function entriesOf(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : [];
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
