/** The parts of a bundle, each gathered so that one that cannot be had is said to be missing and takes no other with it. */
import { readdir, readFile, open, stat, statfs } from 'node:fs/promises';
import { arch, cpus, freemem, loadavg, release, totalmem, uptime } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Settings } from '../config';
import type { Plan } from '../domain/plan';
import { openDatabase } from '../store/database';
import { databaseFacts } from '../store/support';
import { isSecret, PLAN_WORDS } from './known';
import { scrubbedLog } from './log-lines';
import type { Scrubber } from './scrubber';

const TEXT = { chinese: 'ours' } as const;
const FOREIGN = { chinese: 'names', quoted: true } as const;
/** What the app answers in words of its own. */
const ANSWER_WORDS: ReadonlySet<string> = new Set([
  ...[
    'what',
    'state',
    'zh',
    'en',
    'status',
    'code',
    'message',
    'whatToDo',
    'missing',
    'is',
    'why',
    'kind',
  ],
]);
/** Labels of metrics that are words of the program. */
const OWN_LABELS = new Set([
  ...[
    'le',
    'quantile',
    'code',
    'outcome',
    'state',
    'kind',
    'method',
    'route',
    'status',
    'type',
    'result',
  ],
  ...[
    'cause',
    'reason',
    'event',
    'activity',
    'intent',
    'direction',
    'codec',
    'channel',
    'why',
    'what',
  ],
]);

export const versionsPart = async (programDir: string): Promise<string> => {
  const { version, dependencies } = JSON.parse(
    await readFile(join(programDir, 'package.json'), 'utf8'),
  ) as { version: string; dependencies: Record<string, string> };
  return json({ openline: version, node: process.versions, dependencies });
};

/** The machine as it is at this moment. */
export async function machinePart({
  dataDir,
  recordingsDir,
  recordingsDir2,
}: Settings): Promise<string> {
  const disk = async (folder: string | null) =>
    folder === null
      ? null
      : statfs(folder).then(
          ({ bsize, blocks, bavail, files, ffree }) => ({
            ...{ bytes: bsize * blocks, free: bsize * bavail, inodes: files, freeInodes: ffree },
          }),
          (error: NodeJS.ErrnoException) => ({ problem: error.code ?? 'unknown' }),
        );
  return json({
    ...{
      at: new Date().toISOString(),
      platform: process.platform,
      arch: arch(),
      kernel: release(),
    },
    ...{
      cores: cpus().length,
      cpu: cpus()[0]?.model,
      load: loadavg(),
      isRoot: process.getuid?.() === 0,
    },
    ...{ memory: totalmem(), free: freemem(), upSeconds: Math.round(uptime()) },
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    disks: {
      data: await disk(dataDir),
      recordings: await disk(recordingsDir),
      recordings2: await disk(recordingsDir2),
    },
  });
}

/** Every setting; of a secret that it is set, of the others what they say without whom. */
export function settingsPart(
  names: readonly string[],
  env: NodeJS.ProcessEnv,
  scrubber: Scrubber,
): string {
  const shown = (name: string): string => {
    const value = env[name]?.trim() ?? '';
    if (value === '') return '(not set)';
    return isSecret(name) ? '(set)' : scrubber.text(value, FOREIGN);
  };
  return json(Object.fromEntries(names.map((name) => [name, shown(name)])));
}

/** The plan with everybody and everything in it named anew. */
export const planPart = (plan: Plan, scrubber: Scrubber): string =>
  json(scrubber.value(plan, PLAN_WORDS));

/** What the app, or the doctor without it, answers. */
export const answerPart = (answer: unknown, scrubber: Scrubber): string =>
  json(scrubber.value(answer, ANSWER_WORDS, '', TEXT));

export const metricsPart = (text: string, scrubber: Scrubber): string =>
  text
    .split('\n')
    .map((line) =>
      line.startsWith('#')
        ? line
        : line.replace(/(\w+)="((?:[^"\\]|\\.)*)"/g, (_all, label: string, value: string) => {
            const said = OWN_LABELS.has(label)
              ? scrubber.text(value, FOREIGN)
              : scrubber.token(value);
            return `${label}="${said}"`;
          }),
    )
    .join('\n');

/** Rejects when the database does not answer. */
export async function databasePart(url: string, scrubber: Scrubber): Promise<string> {
  const db = openDatabase(url, { min: 0, max: 1 });
  try {
    const { alarms, slow, ...facts } = await databaseFacts(db);
    return json({
      ...facts,
      slow: slow.map(({ query, ...one }) => ({ ...one, query: withoutLiterals(query) })),
      alarms: alarms.map(({ at, code, detail }) => ({
        ...{ at, code },
        detail: scrubber.text(detail, FOREIGN),
      })),
    });
  } finally {
    await db.destroy();
  }
}

/** A statement as its program wrote it: what it was given goes. */
const withoutLiterals = (query: string): string =>
  query
    .replace(/'(?:[^']|'')*'?/g, "'…'")
    .replace(/\$\w*\$[^]*?(?:\$\w*\$|$)/g, "'…'")
    .replace(/\b\d{5,}\b/g, '0');

/** How much lies in the data folder, by folder and by kind of file: counts and bytes, no names and no content. */
export async function filesPart(dataDir: string): Promise<string> {
  const folders: Record<string, { files: number; bytes: number }> = {};
  for (const name of ['.', 'journal', 'edge', 'logs', 'prompts', 'tls', 'secrets']) {
    const found = { files: 0, bytes: 0 };
    for (const file of await readdir(join(dataDir, name), { withFileTypes: true }).catch(
      () => [],
    )) {
      if (!file.isFile()) continue;
      found.files += 1;
      found.bytes += (await stat(join(dataDir, name, file.name)).catch(() => ({ size: 0 }))).size;
    }
    folders[name] = found;
  }
  return json(folders);
}

/** The last bytes of a log, with those put aside before it as far as they fit. */
export async function logPart(
  folder: string,
  log: string,
  most: number,
  scrubber: Scrubber,
): Promise<string> {
  const all = await readdir(folder).catch(() => [] as string[]);
  const own = all.filter((file) => file.startsWith(`${log}-`) && /\.log(\.gz)?$/.test(file)).sort();
  let text = await endOf(join(folder, `${log}.log`), most);
  for (const file of own.reverse()) {
    if (text.length >= most) break;
    const bytes = await readFile(join(folder, file)).catch(() => Buffer.alloc(0));
    const plain = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
    text = `${lastOf(plain, most - text.length)}${text}`;
  }
  return scrubbedLog(text, scrubber);
}

async function endOf(path: string, most: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.min(size, most));
    await file.read(bytes, 0, bytes.length, size - bytes.length);
    return size > most ? wholeLines(bytes) : bytes.toString();
  } finally {
    await file.close();
  }
}

const lastOf = (bytes: Buffer, most: number): string =>
  bytes.length > most ? wholeLines(bytes.subarray(bytes.length - most)) : bytes.toString();

/** Its first line is a half one. */
const wholeLines = (bytes: Buffer): string => bytes.subarray(bytes.indexOf('\n') + 1).toString();

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
