/**
 * `npx openline backup FOLDER`: a backup of this machine's product beside the former ones, while it runs or not;
 * `npx openline backup verify BACKUP` reads one through. Decides what the arguments mean and what is said.
 */
import { readFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Pace } from '../../backup/copy';
import { findDatabase } from '../../backup/database';
import { makeBackup, type MadeBackup } from '../../backup/make';
import { BackupFault, type Manifest } from '../../backup/manifest';
import { verifyBackup } from '../../backup/verify';
import { parseSettings } from '../../config';
import { askRunningApp, EXIT, languageOf, type Exit, type Terminal } from '../running-app';
import { MESSAGES, type Facts, type Messages } from './messages';
import { passphraseOf, SHORTEST } from './passphrase';
import { progressOn } from './progress';

export interface BackupCommand {
  /** What follows `backup`. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  terminal: Terminal;
}

/** Of the disk that running recordings are written to, this much is left to them. */
const MEGABYTES_PER_SECOND = 20;
/** The lowest priority: calls come first. */
const NICE = 19;
const SHOWN = 5;

/** Throws `ConfigError`. */
export async function backup(command: BackupCommand): Promise<Exit> {
  const { args, env, terminal } = command;
  const messages = MESSAGES[languageOf(env)];
  const asked = readArgs(args);
  if (asked === null) {
    terminal.err(messages.usage.backup);
    return EXIT.failed;
  }
  if (process.env['JEST_WORKER_ID'] === undefined) setPriority(NICE);
  return tellFaults(messages, terminal, () =>
    asked.verify ? verify(command, asked.folder, messages) : make(command, asked, messages),
  );
}

interface Asked {
  /** A folder of backups, or with `--to` the file that the backup is to be. */
  folder: string;
  toFile: boolean;
  verify: boolean;
  withSecrets: boolean;
  megabytes: number;
}

function readArgs(args: readonly string[]): Asked | null {
  const rest = [...args];
  const asked = {
    verify: false,
    toFile: false,
    withSecrets: false,
    megabytes: MEGABYTES_PER_SECOND,
  };
  if (rest[0] === 'verify') {
    rest.shift();
    asked.verify = true;
  }
  let folder: string | null = null;
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    if (word === '--with-secrets' && !asked.verify) asked.withSecrets = true;
    else if (word === '--to' && !asked.verify && folder === null) {
      asked.toFile = true;
      folder = rest.shift() ?? null;
    } else if (word === '--rate') asked.megabytes = Number(rest.shift());
    else if (folder === null && !word.startsWith('-')) folder = word;
    else return null;
  }
  return folder !== null && asked.megabytes > 0 ? { ...asked, folder } : null;
}

async function make(
  { env, cwd, terminal }: BackupCommand,
  { folder, toFile, withSecrets, megabytes }: Asked,
  messages: Messages,
): Promise<Exit> {
  const settings = parseSettings(env, cwd);
  const passphrase = withSecrets ? await passphraseOf(env, messages.askPassphrase) : null;
  if (withSecrets && (passphrase?.length ?? 0) < SHORTEST) {
    terminal.err(passphrase === null ? messages.noPassphrase : messages.shortPassphrase);
    return EXIT.failed;
  }
  const at = resolve(cwd, folder);
  const where = toFile ? { shelf: dirname(at), file: at } : { shelf: at };
  const progress = progressOn(terminal);
  try {
    const { url, release } = await findDatabase(settings);
    const made = await makeBackup({
      ...{ databaseUrl: url, dataDir: settings.dataDir, ...where, passphrase },
      recordingsDirs: [settings.recordingsDir, settings.recordingsDir2],
      version: await versionOf(),
      bytesPerSecond: megabytes * 1e6,
      catchUp: () => catchUp(env, cwd),
      progress: (step, done, total) => progress.show(messages.steps[step], done, total),
      now: () => Date.now(),
    }).finally(release);
    progress.end();
    tellMade(made, messages, terminal);
    return EXIT.done;
  } finally {
    progress.end();
  }
}

async function catchUp(env: NodeJS.ProcessEnv, cwd: string): Promise<boolean> {
  const asked = await askRunningApp({ env, cwd }, { method: 'POST', path: '/api/backup/moment' });
  return 'ok' in asked && asked.ok && (asked.answer as { caughtUp: boolean }).caughtUp;
}

async function verify(
  { cwd, terminal }: BackupCommand,
  folder: string,
  messages: Messages,
): Promise<Exit> {
  const progress = progressOn(terminal);
  const at = resolve(cwd, folder);
  const { manifest, faults } = await verifyBackup(at, new Pace(Infinity), (done, total) =>
    progress.show(messages.steps.verify, done, total),
  ).finally(() => progress.end());
  if (faults.length > 0) {
    terminal.err(messages.broken(faults.length, some(faults)));
    return EXIT.refused;
  }
  terminal.out(messages.whole(factsOf(at, manifest)));
  return EXIT.done;
}

function tellMade(
  { folder, manifest, reused }: MadeBackup,
  messages: Messages,
  terminal: Terminal,
) {
  const { missing, damaged } = manifest.recordings;
  terminal.out(messages.made({ ...factsOf(folder, manifest), reused }));
  if (!manifest.caughtUp) terminal.err(messages.behind);
  if (missing.length > 0) terminal.err(messages.missing(missing.length, some(missing)));
  if (damaged.length > 0) terminal.err(messages.damaged(damaged.length, some(damaged)));
}

const some = (paths: readonly string[]): string =>
  `${paths.slice(0, SHOWN).join(', ')}${paths.length > SHOWN ? ' …' : ''}`;

export function factsOf(folder: string, manifest: Manifest): Facts {
  const { at, ledger, openPromises, recordings } = manifest;
  return {
    ...{ folder, at: new Date(at).toISOString(), promises: openPromises, reused: 0 },
    calls: ledger[0]?.arrived ?? 0,
    recordings: recordings.files,
    megabytes: (recordings.bytes / 1e6).toFixed(1),
  };
}

/** A fault that has a code is one line; everything else is the terminal's. */
export async function tellFaults(
  messages: Messages,
  terminal: Terminal,
  work: () => Promise<Exit>,
): Promise<Exit> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof BackupFault)) throw error;
    terminal.err(messages.faults[error.code](error.detail));
    return EXIT.refused;
  }
}

/** The package lies beside `src` and beside `dist`. */
async function versionOf(): Promise<string> {
  for (const up of ['../../..', '../../../..']) {
    const text = await readFile(join(__dirname, up, 'package.json'), 'utf8').catch(() => null);
    if (text !== null) return (JSON.parse(text) as { version: string }).version;
  }
  return 'unknown';
}
