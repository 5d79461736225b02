/**
 * Decides which prompts a play is made of: sentences are put into words, and where the caller's language
 * lacks something, another language says it: rather a foreign word than silence. Knows which prompts there
 * are, and none of their sound.
 */
import { MediaFailure } from './failure';
import { GRAMMARS } from './sentences/grammars';
import { PAUSE, say, type SentencePart } from './sentences/part';

/** Spoken when nothing else fits. */
const LAST_RESORT = 'en';

/** What can be played, by language. */
export type PromptIndex = ReadonlyMap<string, ReadonlySet<string>>;

/** The first of these that there is; the language counts before the order. It is the caller's unless it is said. */
export interface FirstOf {
  firstOf: readonly string[];
  language?: string;
  /** Where there is none of them, nothing is said in its place. */
  isOptional?: boolean;
}

/** One thing that is said. */
export type Said = string | SentencePart | FirstOf;

export interface Wanted {
  prompts: readonly Said[];
  /** The caller's, as `zh-CN`. */
  language: string;
  /** The hotline's, for a language that there are no prompts in. */
  otherwise?: string | undefined;
}

export interface Chosen {
  /** `language/key`, or `PAUSE`. */
  clips: string[];
  /** What another language says, as `language/key`. */
  foreign: string[];
}

/** Throws `bad-request` for parts that cannot be said, `unknown-prompt` for what no language has. */
export function choosePrompts(
  { prompts, language, otherwise }: Wanted,
  index: PromptIndex,
): Chosen {
  const languages = languagesFor(language, otherwise, index);
  const clips: string[] = [];
  const foreign = new Set<string>();
  for (const [place, prompt] of prompts.entries()) {
    const said = languageOf(prompt) ?? language;
    const speaks = said === language ? languages : languagesFor(said, language, index);
    const chosen = inPlace(place, () => wordsOf(prompt, speaks, index));
    if (chosen === null && isOptional(prompt)) continue;
    if (chosen === null) {
      throw new MediaFailure('unknown-prompt', `${said}/${nameOf(prompt)}`);
    }
    const words = chosen.keys.map((key) => (key === PAUSE ? PAUSE : `${chosen.language}/${key}`));
    clips.push(...words);
    if (chosen.language !== said) words.forEach((word) => foreign.add(word));
  }
  foreign.delete(PAUSE);
  return { clips, foreign: [...foreign] };
}

const isOptional = (prompt: Said): boolean =>
  typeof prompt === 'object' && 'firstOf' in prompt && prompt.isOptional === true;

const languageOf = (prompt: Said): string | undefined =>
  typeof prompt === 'object' && 'firstOf' in prompt ? prompt.language : undefined;

/** His own, one of the same tongue (zh-TW: zh-CN), the hotline's, English, any. */
function languagesFor(language: string, otherwise: string | undefined, index: PromptIndex) {
  const tongue = (name: string) => name.split('-')[0]?.toLowerCase();
  const all = [...index.keys()].sort();
  const related = (to: string) => [to, ...all.filter((one) => tongue(one) === tongue(to))];
  const wanted = [language, ...(otherwise === undefined ? [] : [otherwise]), LAST_RESORT];
  return [...new Set([...wanted.flatMap(related), ...all])].filter((one) => index.has(one));
}

interface Words {
  language: string;
  keys: string[];
}

/** In the first language that has all of it: a sentence is never half in one and half in another. */
function wordsOf(prompt: Said, languages: readonly string[], index: PromptIndex): Words | null {
  for (const language of languages) {
    const known = index.get(language);
    const keys = keysOf(prompt, language, known);
    if (keys?.every((key) => key === PAUSE || known?.has(key))) return { language, keys };
  }
  return null;
}

function keysOf(
  prompt: Said,
  language: string,
  known: ReadonlySet<string> | undefined,
): string[] | null {
  if (typeof prompt === 'string') return [prompt];
  if (!('firstOf' in prompt)) return sentence(prompt, language);
  if (!Array.isArray(prompt.firstOf))
    throw new MediaFailure('bad-request', 'firstOf is a list of keys');
  const first = prompt.firstOf.find((key) => known?.has(key));
  return first === undefined ? null : [first];
}

function sentence(part: SentencePart, language: string): string[] | null {
  const grammar = GRAMMARS.find((one) => one.language === language);
  return grammar === undefined ? null : say(part, grammar);
}

function nameOf(prompt: Said): string {
  if (typeof prompt === 'string') return prompt;
  if ('firstOf' in prompt) return prompt.firstOf.at(-1) ?? '';
  return Object.keys(prompt)[0] ?? '';
}

/** Faults are told with the place of the part. */
function inPlace<T>(place: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MediaFailure)) throw error;
    throw new MediaFailure(error.code, `prompts[${place}]: ${error.message}`);
  }
}
