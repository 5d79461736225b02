/**
 * `npx openline apply plan.yaml` and `lint plan.yaml`: send the plan to the running app of this machine and tell what
 * came of it. Decide nothing about plans; know the file's lines, which the app does not, and its sounds (plan-prompts.ts).
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { PlanChange } from '../domain/plan-difference/difference';
import { tell } from './answers';
import { remarkLine, showPlan, type PlanAnswer, type Showing } from './plan-answer';
import { readPlanFile } from './plan-file';
import { handOver, takeSounds, unheard, type PlanSounds } from './plan-prompts';
import { PLAN_WORDS } from './plan-words';
import {
  askRunningApp,
  EXIT,
  languageOf,
  type Asked,
  type Exit,
  type Terminal,
} from './running-app';

export interface ApplyOptions {
  /** The file as the person named it; relative to `cwd`. `-`: what comes in on standard input. */
  path: string;
  input: () => AsyncIterable<Buffer>;
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  /** Says what it would change, and changes nothing. */
  dryRun?: boolean;
  /** The app's answer, with lines, instead of words. */
  json?: boolean;
}

const TRIED = '/api/plan?dryRun=true';

/**
 * Applies the file; faults are told as `file:line: place: what`. Its sounds are handed over first, but not before each of
 * them and the plan have been found good. Throws `ConfigError`.
 */
export async function apply(options: ApplyOptions): Promise<Exit> {
  const { terminal, dryRun = false } = options;
  const file = await readPlan(options);
  if (typeof file === 'number') return file;
  const { document, sounds, showing } = file;
  if (file.faults.length > 0) return refuse(file, options);
  const asked = await unheard(sounds, options);
  if ('refused' in asked) return tell(asked.refused, terminal, () => undefined);
  const { differing, changes } = asked;
  if (dryRun || differing.length > 0) {
    const tried = await send(document, TRIED, options);
    if (dryRun) return show(tried, showing, changes);
    if ('failure' in tried || !tried.ok) return show(tried, showing);
    const failed = await handOver(differing, options, terminal.err);
    if (failed !== null) return tell(failed, terminal, () => undefined);
  }
  return show(await send(document, '/api/plan', options), showing, changes);
}

/** What is to be said of the file; 1 when it could not be applied, or callers would be refused. Throws `ConfigError`. */
export async function lint(options: Omit<ApplyOptions, 'dryRun'>): Promise<Exit> {
  const file = await readPlan(options);
  if (typeof file === 'number') return file;
  const { document, faults, showing } = file;
  const sent = await send(document, '/api/plan/lint', options);
  if ('failure' in sent) return show(sent, showing);
  const { problems: ofPlan, findings = [] } = sent.answer as PlanAnswer;
  if (!sent.ok || ofPlan === undefined) return show(sent, showing);
  const problems = [...faults, ...ofPlan];
  const isBad = problems.length > 0 || findings.some(({ severity }) => severity === 'error');
  if (showing.json) showPlan({ ok: true, answer: { problems, findings } }, showing);
  else {
    for (const fault of problems) showing.terminal.err(remarkLine(fault, showing));
    for (const finding of findings) showing.terminal.out(remarkLine(finding, showing));
    if (problems.length + findings.length === 0)
      showing.terminal.out(PLAN_WORDS[showing.language].wellMade);
  }
  return isBad ? EXIT.refused : EXIT.done;
}

interface ReadPlan extends PlanSounds {
  showing: Showing;
}

/** The file and its sounds, or how the command ends without, which is told. */
async function readPlan(options: ApplyOptions): Promise<ReadPlan | Exit> {
  const { env, cwd, terminal, json = false } = options;
  const language = languageOf(env);
  const path = options.path === '-' ? 'stdin' : options.path;
  let text: string;
  try {
    text = await planText(options);
  } catch (error) {
    terminal.err(PLAN_WORDS[language].unread(path, (error as Error).message));
    return EXIT.failed;
  }
  const file = readPlanFile(text);
  if (!file.ok) {
    for (const fault of file.faults) terminal.err(`${path}:${fault.line}: ${fault.message}`);
    return EXIT.refused;
  }
  const showing = { terminal, language, json, file: { path, lineOf: file.lineOf } };
  return { ...(await takeSounds(file.document, { path, cwd, language })), showing };
}

/** Sounds that nobody can hear: nothing is done, and the plan's own faults are told with theirs. */
async function refuse({ document, faults, showing }: ReadPlan, options: ApplyOptions) {
  const tried = await send(document, TRIED, options);
  if ('failure' in tried) return show(tried, showing);
  const { details } = tried.answer as PlanAnswer;
  const message = PLAN_WORDS[showing.language].refused;
  const problems = [...faults, ...(details?.problems ?? [])];
  const answer = { code: 'PLAN_REFUSED', message, details: { problems } };
  return showPlan({ ok: false, answer }, showing);
}

const send = (document: unknown, path: string, options: ApplyOptions): Promise<Asked> =>
  askRunningApp(options, { method: 'POST', path, body: document });

/** With what changed of the sounds, as if the app had said it. */
function show(sent: Asked, showing: Showing, sounds: readonly PlanChange[] = []): Exit {
  if ('failure' in sent) {
    showing.terminal.err(sent.failure);
    return EXIT.failed;
  }
  if (!sent.ok || sounds.length === 0) return showPlan(sent, showing);
  const answer = sent.answer as PlanAnswer;
  const changed = { added: 0, changed: sounds.length, removed: 0 };
  const summary = { ...answer.summary, prompts: changed };
  const changes = [...(answer.changes ?? []), ...sounds];
  return showPlan({ ok: true, answer: { ...answer, summary, changes } }, showing);
}

/** Rejects with what the system says. */
async function planText({ path, input, cwd }: ApplyOptions): Promise<string> {
  if (path !== '-') return readFile(resolve(cwd, path), 'utf8');
  const parts: Buffer[] = [];
  for await (const part of input()) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
