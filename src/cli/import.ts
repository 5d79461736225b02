/**
 * `npx openline import FILE`: hands a file of customers and leads to the running app, waits until it has landed, and fetches
 * the rows that were rejected; with `--dry-run` it asks what the file would do. Decides nothing about rows.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BatchState, ImportCounts } from '../domain/intake/batch';
import { BYTE_ORDER_MARK } from '../domain/intake/corrected';
import type { ImportPreview } from '../domain/intake/preview';
import { tell } from './answers';
import { progressOn } from './backup/progress';
import { tellPreview } from './import-preview';
import { IMPORT_WORDS, type ImportWords } from './import-words';
import {
  askRunningApp,
  EXIT,
  languageOf,
  type Asked,
  type Exit,
  type Terminal,
} from './running-app';

export interface ImportCommand {
  /** What follows `import`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  /** How often it looks how far the import is. */
  everyMs?: number;
}

/** Of the app's answer (http/schemas/import.ts), what is told. */
interface Import {
  id: string;
  name: string;
  state: BatchState;
  error: string | null;
  rowDone: number;
  counts: ImportCounts;
}

const LOOK_MS = 500;

/** Options that go to the app as they are, and how it names them. */
const QUERY = { source: 'source', store: 'store', as: 'as', format: 'format' } as const;
const RENAMED = { 'area-code': 'areaCode', columns: 'columns' } as const;

interface Wanted {
  path: string;
  query: URLSearchParams;
  rejects: string | undefined;
  json: boolean;
  isDryRun: boolean;
}

/** Throws `ConfigError`. */
export async function importFile(command: ImportCommand): Promise<Exit> {
  const { env, cwd, terminal } = command;
  const words = IMPORT_WORDS[languageOf(env)];
  const wanted = wantedOf(command.args);
  if (wanted === null) {
    terminal.err(words.usage);
    return EXIT.failed;
  }
  let file: Buffer;
  try {
    file = await readFile(resolve(cwd, wanted.path));
  } catch (error) {
    terminal.err(words.unread(wanted.path, (error as Error).message));
    return EXIT.failed;
  }
  const query = wanted.query.toString();
  if (wanted.isDryRun) {
    const path = `/api/imports/preview?${query}`;
    const asked = await askRunningApp({ env, cwd }, { method: 'POST', path, file });
    const exit = refusalOf(asked, terminal);
    if (exit !== null || 'failure' in asked) return exit ?? EXIT.failed;
    const how = { name: basename(wanted.path), json: wanted.json, language: languageOf(env) };
    return tellPreview(asked.answer as ImportPreview, how, words, terminal);
  }
  const path = `/api/imports?${query}`;
  const begun = await askRunningApp({ env, cwd }, { method: 'POST', path, file });
  const refused = refusalOf(begun, terminal);
  if (refused !== null) return refused;
  const ended = await landed(answered(begun), command, words);
  if ('failure' in ended || !ended.ok) return tell(ended, terminal, () => undefined);
  return told(answered(ended), wanted, command, words);
}

/** Null: it is not how the command is used. */
function wantedOf(args: readonly string[]): Wanted | null {
  const text = { type: 'string' } as const;
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ source: text, store: text, as: text, format: text, 'area-code': text, columns: text },
        ...{ rejects: text, json: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
      },
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0 || values.source === undefined) return null;
    const query = new URLSearchParams({ name: basename(path) });
    for (const [option, key] of Object.entries({ ...QUERY, ...RENAMED })) {
      const value = values[option as keyof typeof values];
      if (typeof value === 'string') query.set(key, value);
    }
    const { rejects, json = false, 'dry-run': isDryRun = false } = values;
    return { path, query, rejects, json, isDryRun };
  } catch {
    return null;
  }
}

const answered = (asked: Asked): Import => ('failure' in asked ? null : asked.answer) as Import;

/** Tells why it was not begun, with what of the options is wrong; null: it was. */
function refusalOf(asked: Asked, terminal: Terminal): Exit | null {
  if (!('failure' in asked) && asked.ok) return null;
  const exit = tell(asked, terminal, () => undefined);
  const { details } = ('failure' in asked ? {} : asked.answer) as { details?: unknown };
  for (const one of Array.isArray(details) ? (details as { at: string; problem: string }[]) : [])
    terminal.err(`${one.at.replace('querystring/', '--')}: ${one.problem}`);
  return exit;
}

/** As it is when it has ended, or why nobody can say. */
async function landed(
  begun: Import,
  { env, cwd, terminal, everyMs = LOOK_MS }: ImportCommand,
  words: ImportWords,
): Promise<Asked> {
  const progress = progressOn(terminal);
  const path = `/api/imports/${begun.id}`;
  try {
    for (;;) {
      const asked = await askRunningApp({ env, cwd }, { method: 'GET', path });
      if ('failure' in asked) return { failure: `${asked.failure} ${words.lost(begun.id)}` };
      const { state, rowDone, name } = answered(asked);
      if (!asked.ok || (state !== 'waiting' && state !== 'running')) return asked;
      progress.show(words.going(name, rowDone), 0, 0);
      await delay(everyMs);
    }
  } finally {
    progress.end();
  }
}

/** What came of it, and where its rejected rows are. */
async function told(
  batch: Import,
  { path, rejects, json }: Wanted,
  { env, cwd, terminal }: ImportCommand,
  words: ImportWords,
): Promise<Exit> {
  const { id, name, state, error, counts, rowDone } = batch;
  let written: string | null = null;
  if (counts.rejected > 0) {
    const question = {
      method: 'GET',
      path: `/api/imports/${id}/rejects.csv`,
      accept: 'text/csv',
    } as const;
    const asked = await askRunningApp({ env, cwd }, question);
    if ('failure' in asked || !asked.ok) return tell(asked, terminal, () => undefined);
    const text = String(asked.answer).replace(BYTE_ORDER_MARK, '');
    written = await writeRejects(BYTE_ORDER_MARK + text, { path, rejects, cwd });
  }
  if (json) terminal.out(JSON.stringify({ ...batch, rejectsFile: written }));
  else {
    if (state === 'failed') terminal.err(words.failed(name, error ?? '', rowDone));
    else terminal.out(words.done(name, id));
    terminal.out(words.counts(counts));
    if (written !== null) terminal.out(words.rejects(relative(cwd, written) || written));
  }
  return state === 'failed' || counts.rejected > 0 ? EXIT.refused : EXIT.done;
}

/** Where somebody says; else beside the file, and never over rows that somebody has corrected there. */
async function writeRejects(
  text: string,
  { path, rejects, cwd }: { path: string; rejects: string | undefined; cwd: string },
): Promise<string> {
  if (rejects !== undefined) {
    const file = resolve(cwd, rejects);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  }
  const whole = resolve(cwd, path);
  const stem = whole.slice(0, whole.length - extname(whole).length);
  for (let n = 1; ; n += 1) {
    const file = `${stem}.rejects${n === 1 ? '' : `-${n}`}.csv`;
    const isThere = await writeFile(file, text, { mode: 0o600, flag: 'wx' }).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return true;
      },
    );
    if (!isThere) return file;
  }
}
