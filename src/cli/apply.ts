/**
 * `npx openline apply plan.yaml`: sends the plan to the running app of this machine and tells what
 * came of it. Decides nothing about plans; knows the file's lines, which the app does not.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readPlanFile, type PlanFile } from './plan-file';
import { askRunningApp, EXIT, type Exit, type Terminal } from './running-app';

type Summary = Record<string, { added: number; changed: number; removed: number }>;

/** The app's answer (http/routes/plan.ts, http/errors.ts). */
interface Answer {
  summary?: Summary;
  message?: string;
  details?: { problems?: { at: string; message: string }[] };
}

export interface ApplyOptions {
  /** The file as the person named it; relative to `cwd`. */
  path: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Applies the file; faults are told as `file:line: place: what`. Throws `ConfigError`. */
export async function apply({ path, env, cwd, terminal }: ApplyOptions): Promise<Exit> {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    terminal.err(`${path} cannot be read: ${(error as Error).message}`);
    return EXIT.failed;
  }
  const file = readPlanFile(text);
  if (!file.ok) {
    for (const fault of file.faults) terminal.err(`${path}:${fault.line}: ${fault.message}`);
    return EXIT.refused;
  }
  const question = { method: 'POST', path: '/api/plan', body: file.document } as const;
  const sent = await askRunningApp({ env, cwd }, question);
  if ('failure' in sent) {
    terminal.err(sent.failure);
    return EXIT.failed;
  }
  return tell(sent, { path, ...file }, terminal);
}

function tell(
  sent: { ok: boolean; answer: unknown },
  file: Extract<PlanFile, { ok: true }> & { path: string },
  terminal: Terminal,
): Exit {
  const answer = sent.answer as Answer;
  if (sent.ok) {
    for (const line of summaryLines(answer.summary ?? {})) terminal.out(line);
    return EXIT.done;
  }
  terminal.err(answer.message ?? 'The plan was not applied.');
  const problems = answer.details?.problems;
  if (problems === undefined) return EXIT.failed;
  for (const { at, message } of problems) {
    terminal.err(`${file.path}:${file.lineOf(at)}: ${at === '' ? '' : `${at}: `}${message}`);
  }
  return EXIT.refused;
}

function summaryLines(summary: Summary): string[] {
  const lines = Object.entries(summary).flatMap(([section, change]) => {
    const counts = Object.entries(change).filter(([, count]) => count > 0);
    if (counts.length === 0) return [];
    return [`${section}: ${counts.map(([what, count]) => `${count} ${what}`).join(', ')}`];
  });
  return lines.length > 0 ? lines : ['Nothing changed.'];
}
