/** The commands of the plan: `apply`, `lint`, `export`, `plan versions`, `plan undo`. Decides what their arguments mean. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { PlanChange } from '../domain/plan-difference/difference';
import { differenceLines } from '../domain/plan-difference/words';
import { tell } from './answers';
import { apply, lint } from './apply';
import { shown } from './moment';
import { showPlan } from './plan-answer';
import { PLAN_WORDS } from './plan-words';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

export interface PlanOptions {
  command: 'apply' | 'lint' | 'export' | 'plan';
  /** What follows the command. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  /** Standard input, asked for where the plan comes in on it. */
  input: () => AsyncIterable<Buffer>;
}

interface Arguments {
  words: string[];
  dryRun: boolean;
  json: boolean;
  output?: string | undefined;
  to?: string | undefined;
}

const JSON_TOO = { json: { type: 'boolean' } } as const;
const DRY_RUN = { 'dry-run': { type: 'boolean' } } as const;
const FLAGS: Record<PlanOptions['command'], NonNullable<ParseArgsConfig['options']>> = {
  apply: { ...JSON_TOO, ...DRY_RUN },
  lint: JSON_TOO,
  export: { output: { type: 'string', short: 'o' } },
  plan: { ...JSON_TOO, ...DRY_RUN, to: { type: 'string' } },
};

/** Throws `ConfigError`. */
export async function plan(options: PlanOptions): Promise<Exit> {
  const { command, terminal, env } = options;
  const read = argumentsOf(options);
  const done = read === null ? null : perform(read, options);
  if (done !== null) return done;
  terminal.err(PLAN_WORDS[languageOf(env)].usage[command]);
  return EXIT.failed;
}

/** Null: the arguments mean nothing. */
function perform(read: Arguments, options: PlanOptions): Promise<Exit> | null {
  const [first, second] = read.words;
  if (options.command === 'export') return first === undefined ? exportPlan(read, options) : null;
  if (first === undefined || second !== undefined) return null;
  if (options.command === 'apply') return apply({ ...options, ...read, path: first });
  if (options.command === 'lint') return lint({ ...options, ...read, path: first });
  if (first === 'undo' && /^\d{0,9}$/.test(read.to ?? '')) return undo(read, options);
  return first === 'versions' && !read.dryRun && read.to === undefined
    ? versions(read, options)
    : null;
}

function argumentsOf({ command, args }: PlanOptions): Arguments | null {
  try {
    const { values, positionals } = parseArgs({
      ...{ args: [...args], options: FLAGS[command], allowPositionals: true },
    });
    const { output, to } = values;
    return {
      words: positionals,
      dryRun: values['dry-run'] === true,
      json: values['json'] === true,
      ...(typeof output === 'string' && { output }),
      ...(typeof to === 'string' && { to }),
    };
  } catch {
    return null;
  }
}

async function exportPlan({ output }: Arguments, { env, cwd, terminal }: PlanOptions) {
  const question = { method: 'GET', path: '/api/plan', accept: 'application/yaml' } as const;
  const words = PLAN_WORDS[languageOf(env)];
  let exit: Exit = EXIT.done;
  const told = tell(await askRunningApp({ env, cwd }, question), terminal, (answer) => {
    const text = String(answer);
    if (output === undefined) return terminal.out(text.trimEnd());
    try {
      writeFileSync(resolve(cwd, output), text);
      terminal.out(words.written(output));
    } catch (error) {
      terminal.err(words.unwritten(output, (error as Error).message));
      exit = EXIT.failed;
    }
  });
  return told === EXIT.done ? exit : told;
}

async function undo({ to, dryRun, json }: Arguments, { env, cwd, terminal }: PlanOptions) {
  const query = new URLSearchParams({ ...(dryRun && { dryRun: 'true' }), ...(to && { to }) });
  const question = { method: 'POST', path: `/api/plan/undo?${query}` } as const;
  const sent = await askRunningApp({ env, cwd }, question);
  if ('failure' in sent) {
    terminal.err(sent.failure);
    return EXIT.failed;
  }
  const exit = showPlan(sent, { terminal, json, language: languageOf(env) });
  // What cannot be undone is refused with a reason.
  return exit === EXIT.failed ? EXIT.refused : exit;
}

/** The app's answer (http/schemas/plan.ts). */
interface Versions {
  items: { version: number; at: number; who: string; changes: PlanChange[] }[];
}

async function versions({ json }: Arguments, { env, cwd, terminal }: PlanOptions) {
  const question = { method: 'GET', path: '/api/plan/versions?limit=20' } as const;
  return tell(await askRunningApp({ env, cwd }, question), terminal, (answer) => {
    if (json) return terminal.out(JSON.stringify(answer));
    for (const { version, at, who, changes } of (answer as Versions).items) {
      terminal.out(`${version}  ${shown(new Date(at))}  ${who}`);
      for (const line of differenceLines(changes, languageOf(env))) terminal.out(`    ${line}`);
    }
  });
}
