/**
 * The section `prompts` of a plan file: sounds for callers, by the files that hold them. It is none of the plan that the app
 * keeps: the command takes it out, sees that each sound can be heard, and hands over those that differ from what is heard.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { PlanChange } from '../domain/plan-difference/difference';
import { convertUpload, type Kind } from '../prompts/convert';
import * as files from '../prompts/files';
import type { PlanRemark } from './plan-answer';
import { PLAN_WORDS } from './plan-words';
import { MESSAGES } from './prompts/messages';
import { refusal } from './prompts/prompts';
import { askRunningApp, languageOf, type Asked } from './running-app';

/** A sound of the file that can be heard. */
export interface PlanSound {
  /** `<language>/<key>`, or `music`. */
  name: string;
  /** As it is in the file. */
  bytes: Buffer;
  /** Of what it becomes. */
  sha256: string;
}

export interface PlanSounds {
  /** The plan without the section. */
  document: unknown;
  sounds: PlanSound[];
  faults: PlanRemark[];
}

interface Place {
  env: NodeJS.ProcessEnv;
  cwd: string;
}

/** `path`: of the plan file, beside which its sounds lie. Reads and converts every one of them. */
export async function takeSounds(
  document: unknown,
  { path, cwd, language }: { path: string; cwd: string; language: 'zh' | 'en' },
): Promise<PlanSounds> {
  if (typeof document !== 'object' || document === null || !('prompts' in document))
    return { document, sounds: [], faults: [] };
  const { prompts, ...rest } = document;
  // A section without a line in it.
  if (prompts === null) return { document: rest, sounds: [], faults: [] };
  if (!Array.isArray(prompts)) {
    const message = PLAN_WORDS[language].noSoundList;
    return { document: rest, sounds: [], faults: [faultAt('prompts', message)] };
  }
  const sounds: PlanSound[] = [];
  const faults: PlanRemark[] = [];
  for (const [index, entry] of (prompts as unknown[]).entries()) {
    const at = `prompts[${index}]`;
    const taken = await soundOf(entry, at, { folder: dirname(resolve(cwd, path)), language });
    if ('message' in taken) faults.push(taken);
    else if (sounds.some(({ name }) => name === taken.name))
      faults.push(faultAt(at, PLAN_WORDS[language].twice(taken.name)));
    else sounds.push(taken);
  }
  return { document: rest, sounds, faults };
}

async function soundOf(
  entry: unknown,
  at: string,
  { folder, language: speaks }: { folder: string; language: 'zh' | 'en' },
): Promise<PlanSound | PlanRemark> {
  const [words, told] = [PLAN_WORDS[speaks], MESSAGES[speaks]];
  if (typeof entry !== 'object' || entry === null) return faultAt(at, words.noSound);
  const { language, key, file, ...others } = entry as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return faultAt(`${at}.${unknown}`, words.noSound);
  if (typeof file !== 'string') return faultAt(at, words.noSound);
  if (typeof key !== 'string' || !files.isKey(key))
    return faultAt(`${at}.key`, told.badKey(textOf(key)));
  const kind: Kind = key === files.MUSIC ? 'music' : 'prompt';
  const isSaid = typeof language === 'string' && files.isLanguage(language);
  if (kind === 'music' ? language !== undefined : !isSaid)
    return faultAt(`${at}.language`, told.badLanguage(textOf(language)));
  const bytes = bytesOf(resolve(folder, file));
  if (bytes === null) return faultAt(`${at}.file`, told.missing(file));
  const converted = await convertUpload(bytes, kind);
  if (converted.is !== 'sound') return faultAt(`${at}.file`, refusal(converted, file, kind, told));
  const sha256 = createHash('sha256').update(converted.wav).digest('hex');
  return { name: kind === 'music' ? files.MUSIC : `${String(language)}/${key}`, bytes, sha256 };
}

/** Those that callers do not hear yet, or why nobody can say. */
export async function unheard(
  sounds: readonly PlanSound[],
  place: Place,
): Promise<{ differing: PlanSound[]; changes: PlanChange[] } | { refused: Asked }> {
  const heard = new Map<string, string | null>();
  for (let after: string | null = sounds.length === 0 ? null : ''; after !== null;) {
    const path = `/api/prompts?limit=200${after}`;
    const asked = await askRunningApp(place, { method: 'GET', path });
    if ('failure' in asked || !asked.ok) return { refused: asked };
    const { items, next } = asked.answer as PromptPage;
    for (const { language, key, whose, sha256 } of items)
      if (whose === 'own') heard.set(language === null ? key : `${language}/${key}`, sha256);
    after = next === null ? null : `&after=${next}`;
  }
  const differing = sounds.filter(({ name, sha256 }) => heard.get(name) !== sha256);
  const changes = differing.map(({ name: id, sha256: to }): PlanChange => {
    const fields = [{ field: 'sha256', from: heard.get(id) ?? null, to }];
    return { section: 'prompts', id, is: 'changed', fields };
  });
  return { differing, changes };
}

/**
 * Puts them in place and has them heard together; null: that was done, or `later` says that they are heard later, and why.
 * Those that were in place when one was refused are heard as well: the next time nothing would tell them from the others.
 */
export async function handOver(
  sounds: readonly PlanSound[],
  place: Place,
  later: (words: string) => void,
): Promise<Asked | null> {
  for (const [index, { name, bytes }] of sounds.entries()) {
    const path = `/api/prompts/${name}?reload=false`;
    const asked = await askRunningApp(place, { method: 'PUT', path, file: bytes });
    if (!('failure' in asked) && asked.ok) continue;
    if (index > 0) await haveHeard(place, later);
    return asked;
  }
  await haveHeard(place, later);
  return null;
}

async function haveHeard(place: Place, later: (words: string) => void): Promise<void> {
  const asked = await askRunningApp(place, { method: 'POST', path: '/api/prompts/reload' });
  if ('failure' in asked) later(MESSAGES[languageOf(place.env)].later(asked.failure));
  else if (!asked.ok) {
    const { message } = asked.answer as { message: string };
    later(MESSAGES[languageOf(place.env)].later(message));
  }
}

/** The app's answer (http/schemas/prompt-file.ts), as far as it is read. */
interface PromptPage {
  items: { language: string | null; key: string; whose: string; sha256: string | null }[];
  next: string | null;
}

const faultAt = (at: string, message: string): PlanRemark => ({ at, code: 'PROMPT_FILE', message });

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

function bytesOf(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}
