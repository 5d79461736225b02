/** `npx openline support-bundle [FILE]`: what somebody needs who helps from outside, without anybody's data. */
import { resolve } from 'node:path';
import { ConfigError, parseSettings, SETTINGS } from '../config';
import { gatherBundle, writeBundle, type BundlePart } from '../support/bundle';
import { databaseUrlOf } from '../support/database-url';
import { doctorOutside } from './doctor-outside';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from './running-app';

const MESSAGES = {
  zh: {
    usage: '用法：npx openline support-bundle [文件.tar.gz] [--logs MB] [--list]',
    missing: (why: string) => `（无：${why}）`,
    listed: '以上是支持包的内容；未写入任何文件。',
    written: (path: string, bytes: number) =>
      `已写入 ${path}（${bytes} 字节，仅限您本人读取）。发送前请查看：tar tzf，或解压后阅读。`,
    refused: (path: string, why: string) => `无法写入 ${path}：${why}。请换一个文件名或文件夹。`,
  },
  en: {
    usage: 'Usage: npx openline support-bundle [FILE.tar.gz] [--logs MB] [--list]',
    missing: (why: string) => ` (not to be had: ${why})`,
    listed: 'This is what the bundle would hold; nothing was written.',
    written: (path: string, bytes: number) =>
      `Written to ${path} (${bytes} bytes, for you alone to read). Look into it before you send it: tar tzf, or unpack it.`,
    refused: (path: string, why: string) =>
      `${path} cannot be written: ${why}. Name another file, or another folder.`,
  },
};

export interface SupportBundleOptions {
  /** What follows `support-bundle`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
  now: Date;
}

const LOG_MEGABYTES = 5;
const MOST_MEGABYTES = 100;

/** Throws `ConfigError`. */
export async function supportBundle({
  args,
  env,
  cwd,
  terminal,
  now,
}: SupportBundleOptions): Promise<Exit> {
  const messages = MESSAGES[languageOf(env)];
  const asked = readArgs(args);
  if (asked === null) {
    terminal.err(messages.usage);
    return EXIT.failed;
  }
  const settings = parseSettings(env, cwd);
  const found = await gatherBundle({
    ...{ settings, env, programDir: resolve(__dirname, ...programDir()) },
    settingNames: Object.keys(SETTINGS),
    logBytes: asked.megabytes * 1e6,
    ask: (path) => answerOf({ env, cwd }, path),
    doctor: async () => ({ findings: await doctorOutside({ env, cwd }) }),
    databaseUrl: databaseUrlOf(settings),
  });
  list(found, messages, terminal);
  if (asked.onlyList) {
    terminal.out(messages.listed);
    return EXIT.done;
  }
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '');
  const path = resolve(cwd, asked.file ?? `openline-support-${stamp}Z.tar.gz`);
  try {
    terminal.out(messages.written(path, await writeBundle(path, found, now.getTime())));
    return EXIT.done;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    terminal.err(messages.refused(path, code ?? message));
    return EXIT.failed;
  }
}

interface Asked {
  file: string | null;
  megabytes: number;
  onlyList: boolean;
}

function readArgs(args: readonly string[]): Asked | null {
  const asked: Asked = { file: null, megabytes: LOG_MEGABYTES, onlyList: false };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--list') asked.onlyList = true;
    else if (arg === '--logs') {
      asked.megabytes = Number(rest.shift() ?? NaN);
      if (!(asked.megabytes >= 0 && asked.megabytes <= MOST_MEGABYTES)) return null;
    } else if (arg.startsWith('-') || asked.file !== null) return null;
    else asked.file = arg;
  }
  return asked;
}

/** Built, this file lies one folder deeper. */
const programDir = (): string[] => (__filename.endsWith('.ts') ? ['../..'] : ['../../..']);

async function answerOf(
  where: { env: NodeJS.ProcessEnv; cwd: string },
  path: string,
): Promise<unknown> {
  try {
    const asked = await askRunningApp(where, { method: 'GET', path });
    if ('failure' in asked) throw new Error(asked.failure);
    return asked.answer;
  } catch (error) {
    if (error instanceof ConfigError) throw new Error('the settings cannot be used');
    throw error;
  }
}

function list(
  found: readonly BundlePart[],
  messages: (typeof MESSAGES)['en'],
  { out }: Terminal,
): void {
  for (const { name, content, missing } of found) {
    const size = String(content.length).padStart(9);
    out(`${size}  ${name}${missing === undefined ? '' : messages.missing(missing)}`);
  }
}
