/**
 * `npx openline apply plan.yaml`: sends the plan to the running app of this machine and tells what
 * came of it. Decides nothing about plans; knows the file's lines, which the app does not.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseSettings, reachableHost } from '../config';
import { readSecret } from '../secrets';
import { readPlanFile, type PlanFile } from './plan-file';

/** Exit codes: the plan stands; the plan has faults; it could not be tried. */
export const EXIT = { done: 0, refused: 1, failed: 2 } as const;
type Exit = (typeof EXIT)[keyof typeof EXIT];

export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
}

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
  const settings = parseSettings(env, cwd);
  const token = readSecret(settings.dataDir, 'admin');
  const [listen] = settings.http;
  if (token === null || listen === undefined) {
    terminal.err(
      `Openline has not been started with ${settings.dataDir} yet: run npm start first.`,
    );
    return EXIT.failed;
  }
  const address = `http://${reachableHost(listen.host)}:${listen.port}`;
  const { dataDir } = settings;
  const sent = await send({ address, token, dataDir, language: languageOf(env) }, file.document);
  if ('failure' in sent) {
    terminal.err(sent.failure);
    return EXIT.failed;
  }
  return tell(sent, { path, ...file }, terminal);
}

interface Target {
  address: string;
  token: string;
  /** Whose token it is. */
  dataDir: string;
  language: string;
}

async function send(
  { address, token, dataDir, language }: Target,
  document: unknown,
): Promise<{ ok: boolean; answer: Answer } | { failure: string }> {
  try {
    const response = await fetch(`${address}/api/plan`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'accept-language': language,
      },
      body: JSON.stringify(document),
    });
    if (response.status === 401) {
      return {
        failure: `The Openline at ${address} belongs to another data folder than ${dataDir}.`,
      };
    }
    return { ok: response.ok, answer: (await response.json()) as Answer };
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    return { failure: `Openline does not answer at ${address} (${why}). Does it run?` };
  }
}

function tell(
  sent: { ok: boolean; answer: Answer },
  file: Extract<PlanFile, { ok: true }> & { path: string },
  terminal: Terminal,
): Exit {
  const { answer } = sent;
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

/** The terminal's language, as POSIX ranks its variables. */
function languageOf(env: NodeJS.ProcessEnv): 'zh' | 'en' {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
