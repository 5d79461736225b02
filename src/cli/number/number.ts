/**
 * `npx openline number 013…`: what the running app's plan makes of a number, step by step. Decides how that is
 * told; the app decides what it is.
 */
import { parseArgs } from 'node:util';
import type { NumberTrace } from '../../domain/number/trace';
import type { NumberStep } from '../../domain/number/trunk-numbers';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from '../running-app';
import { MESSAGES, type Words } from './messages';

export interface NumberOptions {
  /** What follows `number`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Throws `ConfigError`. */
export async function number({ args, env, cwd, terminal }: NumberOptions): Promise<Exit> {
  const language = languageOf(env);
  const words = MESSAGES[language];
  const asked = readArgs(args);
  if (asked === null) {
    terminal.err(words.usage);
    return EXIT.failed;
  }
  const question = { method: 'GET', path: `/api/numbers?${asked.query}` } as const;
  const sent = await askRunningApp({ env, cwd }, question);
  if ('failure' in sent) {
    terminal.err(sent.failure);
    return EXIT.failed;
  }
  if (!sent.ok) {
    terminal.err((sent.answer as { message?: string }).message ?? words.usage);
    return EXIT.refused;
  }
  if (asked.json) terminal.out(JSON.stringify(sent.answer));
  else for (const line of linesOf(sent.answer as NumberTrace, words, language)) terminal.out(line);
  return EXIT.done;
}

const OPTIONS = {
  trunk: { type: 'string' },
  out: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Null when it is not what the usage says. */
function readArgs(args: readonly string[]): { query: string; json: boolean } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
    });
    const [asked = ''] = positionals;
    if (positionals.length !== 1 || asked.trim() === '') return null;
    const query = new URLSearchParams({ number: asked, direction: values.out ? 'out' : 'in' });
    if (values.trunk !== undefined) query.set('trunk', values.trunk);
    return { query: query.toString(), json: values.json ?? false };
  } catch {
    return null;
  }
}

function linesOf(trace: NumberTrace, words: Words, language: 'zh' | 'en'): string[] {
  const origin = trace.direction === 'in' ? words.delivered : words.called;
  const kind = [words.kinds[trace.kind]];
  if (trace.virtualOperator) kind.push(words.virtualOperator);
  if (trace.expired) kind.push(words.expired);
  const rows: [string, string][] = [
    [origin, trace.number + (trace.trunk === null ? '' : words.by(trace.trunk))],
    ...trace.steps.map((step) => rowOf(step, 'in', words)),
    [words.key, trace.key || words.nothing],
    [words.kind, kind.join(', ')],
    ...(trace.city ? [[words.city, trace.city[language]] as [string, string]] : []),
    [words.person, words.identifies[trace.identifies]],
    [words.lookedUp, trace.lookedUpBy ?? words.notLookedUp],
  ];
  for (const { trunk, number: dialled, steps } of trace.dialled) {
    rows.push([words.dialledBy(trunk), dialled]);
    for (const step of steps) {
      const [what, made] = rowOf(step, 'out', words);
      rows.push([`  ${what}`, made]);
    }
  }
  for (const { trunk, number: called, hotline, steps } of trace.called) {
    if (hotline === null && steps.length === 0) continue;
    const reached = hotline === null ? words.noHotline : words.hotline;
    rows.push([words.calledBy(trunk), `${called} (${reached})`]);
    for (const step of steps) {
      const [what, made] = rowOf(step, 'called', words);
      rows.push([`  ${what}`, made]);
    }
  }
  const width = Math.max(...rows.map(([what]) => widthOf(what)));
  return rows.map(([what, said]) => `${what}${' '.repeat(width - widthOf(what) + 2)}${said}`);
}

function rowOf(step: NumberStep, list: 'in' | 'out' | 'called', words: Words): [string, string] {
  switch (step.did) {
    case 'rule': {
      const note = step.note ? `  # ${step.note}` : '';
      return [words.rule(list, step.index, step.match), step.number + note];
    }
    case 'prefix':
      return [words.prefix(step.prefix), step.number];
    case 'normalised':
      return [words.normalised, step.number || words.nothing];
    case 'emergency':
      return [words.emergency, step.number];
    case 'dialled':
      return [words.dialledForm, step.number];
  }
}

/** Columns in a terminal: a Chinese character takes two. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, char) => sum + (/[\u2e80-\uffef]/.test(char) ? 2 : 1), 0);
