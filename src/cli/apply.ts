/**
 * `npx openline apply plan.yaml` and `lint plan.yaml`: send the plan to the running app of this machine and tell what
 * came of it. Decide nothing about plans; know the file's lines, which the app does not.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { remarkLine, showPlan, type PlanAnswer } from './plan-answer';
import { readPlanFile } from './plan-file';
import { PLAN_WORDS } from './plan-words';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

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

/** Applies the file; faults are told as `file:line: place: what`. Throws `ConfigError`. */
export async function apply(options: ApplyOptions): Promise<Exit> {
  const path = options.dryRun ? '/api/plan?dryRun=true' : '/api/plan';
  const sent = await send(options, path);
  return typeof sent === 'number' ? sent : showPlan(sent, sent.showing);
}

/** What is to be said of the file; 1 when it could not be applied, or callers would be refused. Throws `ConfigError`. */
export async function lint(options: Omit<ApplyOptions, 'dryRun'>): Promise<Exit> {
  const sent = await send(options, '/api/plan/lint');
  if (typeof sent === 'number') return sent;
  const { problems, findings = [] } = sent.answer as PlanAnswer;
  if (!sent.ok || problems === undefined) return showPlan(sent, sent.showing);
  const { showing } = sent;
  const isBad = problems.length > 0 || findings.some(({ severity }) => severity === 'error');
  if (showing.json) showPlan(sent, showing);
  else {
    for (const fault of problems) showing.terminal.err(remarkLine(fault, showing));
    for (const finding of findings) showing.terminal.out(remarkLine(finding, showing));
    if (problems.length + findings.length === 0)
      showing.terminal.out(PLAN_WORDS[showing.language].wellMade);
  }
  return isBad ? EXIT.refused : EXIT.done;
}

/** The answer to the file, or how the command ends without one, which is told. */
async function send(options: ApplyOptions, to: string) {
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
  const question = { method: 'POST', path: to, body: file.document } as const;
  const sent = await askRunningApp({ env, cwd }, question);
  if ('failure' in sent) {
    terminal.err(sent.failure);
    return EXIT.failed;
  }
  return { ...sent, showing: { terminal, language, json, file: { path, lineOf: file.lineOf } } };
}

/** Rejects with what the system says. */
async function planText({ path, input, cwd }: ApplyOptions): Promise<string> {
  if (path !== '-') return readFile(resolve(cwd, path), 'utf8');
  const parts: Buffer[] = [];
  for await (const part of input()) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}
