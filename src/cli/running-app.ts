/**
 * The running app of this machine, asked over HTTP with the token of its data folder. What is asked, and
 * what an answer means, is each command's own.
 */
import { join } from 'node:path';
import { parseSettings, reachableHost, type HttpAddress, type Settings } from '../config';
import { readSecret } from '../secrets';
import { askOverTls } from './over-tls';

export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
}

/** Exit codes: done; refused with reasons; it could not be tried. */
export const EXIT = { done: 0, refused: 1, failed: 2 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** An answer, or one sentence that says why there is none. */
export type Asked = { ok: boolean; answer: unknown } | { failure: string };

export interface Question {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  body?: unknown;
  /** A file as the body. */
  file?: Buffer;
  /** Media type of the answer; JSON when left out. Of another one the answer is its text. */
  accept?: string;
}

const FAILURES = {
  zh: {
    notStarted: (folder: string) => `尚未以 ${folder} 启动过 Openline：请先运行 npm start。`,
    another: (address: string, folder: string) =>
      `${address} 上的 Openline 使用的不是数据文件夹 ${folder}。`,
    silent: (address: string, why: string) =>
      `Openline 在 ${address} 没有应答（${why}）。它在运行吗？`,
  },
  en: {
    notStarted: (folder: string) =>
      `Openline has not been started with ${folder} yet: run npm start first.`,
    another: (address: string, folder: string) =>
      `The Openline at ${address} belongs to another data folder than ${folder}.`,
    silent: (address: string, why: string) =>
      `Openline does not answer at ${address} (${why}). Does it run?`,
  },
};

/** Throws `ConfigError`. */
export async function askRunningApp(
  { env, cwd }: { env: NodeJS.ProcessEnv; cwd: string },
  { method, path, body, file, accept = 'application/json' }: Question,
): Promise<Asked> {
  const settings = parseSettings(env, cwd);
  const { dataDir, http } = settings;
  const words = FAILURES[languageOf(env)];
  const token = readSecret(dataDir, 'admin');
  const listen = http.find(({ secure }) => !secure) ?? http[0];
  if (token === null || listen === undefined) return { failure: words.notStarted(dataDir) };
  const address = `${listen.secure ? 'https' : 'http'}://${reachableHost(listen.host)}:${listen.port}`;
  const headers = {
    authorization: `Bearer ${token}`,
    accept,
    'accept-language': languageOf(env),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(file && { 'content-type': 'application/octet-stream' }),
  };
  const question = {
    method,
    path,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(file && { body: file }),
  };
  try {
    const { status, isJson, text } = await (listen.secure
      ? askOverTls({ ...question, ...placeOf(listen) }, certificatesOf(settings))
      : askPlainly(`${address}${path}`, question));
    if (status === 401) return { failure: words.another(address, dataDir) };
    const answer: unknown = status === 204 ? {} : isJson ? JSON.parse(text) : text;
    return { ok: status >= 200 && status < 300, answer };
  } catch (error) {
    const { cause, message } = error as Error;
    return { failure: words.silent(address, cause instanceof Error ? cause.message : message) };
  }
}

async function askPlainly(url: string, question: RequestInit) {
  const response = await fetch(url, question);
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, isJson, text: await response.text() };
}

const placeOf = ({ host, port }: HttpAddress) => ({
  host: reachableHost(host).replace(/^\[|\]$/g, ''),
  port,
});

/** Files of which the app shows one: given ones, or ours where those could not be used. */
const certificatesOf = ({ httpTls, dataDir }: Settings): string[] => [
  ...(httpTls === null ? [] : [httpTls.cert]),
  join(dataDir, 'tls', 'certificate.pem'),
];

/** The terminal's language, as POSIX ranks its variables. */
export function languageOf(env: NodeJS.ProcessEnv): 'zh' | 'en' {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  return locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
