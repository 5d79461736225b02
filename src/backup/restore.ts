/**
 * Restores a backup into an empty data folder and an empty database. Everything is verified before anything is written.
 * The folder is marked until all of it is there: whoever was broken off begins again with the same command.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config';
import { lockFolder } from '../launcher/folder-lock';
import { beginRestore, endRestore, unfinishedRestore } from '../launcher/unfinished-restore';
import { fillDatabase, howEmpty } from '../store/backup/fill';
import { hashFile, writeFrom, type Pace } from './copy';
import { startedFor, type FoundDatabase } from './database';
import { BackupFault, inside, type ListedFile, type Manifest } from './manifest';
import { listedFiles } from './reading';
import { unseal } from './sealed';
import { RECORDINGS } from './shelf';
import { openSource, textIn, type BackupSource } from './source';
import { verifyBackup } from './verify';

export interface RestoreOptions {
  /** Absolute; a folder or a file. */
  backup: string;
  settings: Settings;
  /** Null: secrets are made anew, also if the backup has some. */
  passphrase: string | null;
  pace: Pace;
  progress: (step: 'verify' | 'files' | 'tables', done: number, total: number) => void;
}

/** What a data folder may hold and still be empty. */
const NOTHING = /^(\..*|lost\+found|launcher\.lock.*|restoring)$/;

/** Throws `BackupFault`, `FolderInUse`, and what the disk or PostgreSQL say; then the folder stays marked. */
export async function restoreBackup(options: RestoreOptions): Promise<Manifest> {
  const { backup, settings, pace, progress } = options;
  const { dataDir } = settings;
  refuseUnlessEmpty(settings);
  const { manifest, faults } = await verifyBackup(backup, pace, (done, total) =>
    progress('verify', done, total),
  );
  if (faults.length > 0) throw new BackupFault('DAMAGED', faults.slice(0, 5).join(', '));
  const source = await openSource(backup);
  const unlock = lockFolder(dataDir);
  try {
    beginRestore(dataDir, backup);
    await restoreSecrets(options, source, manifest);
    await restoreFiles(options, source, manifest);
  } catch (error) {
    unlock();
    throw error;
  }
  await restoreTables(options, { source, manifest, unlock });
  return manifest;
}

/** Throws `BackupFault`; a folder that the same backup was being restored into is as good as empty. */
function refuseUnlessEmpty({ dataDir, recordingsDir, recordingsDir2 }: Settings): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (unfinishedRestore(dataDir) !== null) return;
  for (const folder of [dataDir, recordingsDir, recordingsDir2].filter((one) => one !== null))
    if (entriesOf(folder).some((name) => !NOTHING.test(name)))
      throw new BackupFault('NOT_EMPTY', folder);
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** First, because the embedded database is made with one of them. */
async function restoreSecrets(
  { settings, passphrase }: RestoreOptions,
  source: BackupSource,
  { secrets }: Manifest,
): Promise<void> {
  if (secrets && passphrase !== null)
    unseal(await textIn(source, 'secrets.json'), passphrase, settings.dataDir);
}

async function restoreFiles(
  { settings, pace, progress }: RestoreOptions,
  source: BackupSource,
  { files }: Manifest,
): Promise<void> {
  let done = 0;
  for await (const file of listedFiles(source)) {
    progress('files', done, files.count);
    done += 1;
    const to = destination(settings, file.path);
    if (to === null || (await isThere(to, file, pace))) continue;
    const { sha256 } = await writeFrom(() => source.open(file.path), to, pace);
    if (sha256 !== file.sha256) throw new BackupFault('DAMAGED', file.path);
  }
}

/** Null: it is no file of a folder. */
function destination(settings: Settings, path: string): string | null {
  const { dataDir, recordingsDir, recordingsDir2 } = settings;
  const [first, ...rest] = path.split('/');
  if (first === 'data') return inside(dataDir, rest.join('/'));
  if (first !== RECORDINGS) return null;
  const [folder, ...below] = rest;
  const root = folder === '2' ? (recordingsDir2 ?? recordingsDir) : recordingsDir;
  return inside(root, below.join('/'));
}

/** From a try that was broken off. */
async function isThere(path: string, { bytes, sha256 }: ListedFile, pace: Pace): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.size === bytes && (await hashFile(path, pace)).sha256 === sha256;
}

/** Last: with the database's one transaction the restore is done. */
async function restoreTables(
  { settings, progress }: RestoreOptions,
  { source, manifest, unlock }: { source: BackupSource; manifest: Manifest; unlock: () => void },
): Promise<void> {
  const { migration, tables, sequences, jobs = [] } = manifest;
  const { url, release } = await emptyDatabase(settings, unlock);
  try {
    const found = await howEmpty(url, { tables, jobs });
    if (found === 'taken') throw new BackupFault('DATABASE_TAKEN', '');
    let done = 0;
    if (found === 'empty') {
      await fillDatabase(url, {
        ...{ migration, tables, sequences, jobs },
        oneFolder: settings.recordingsDir2 === null,
        open: (table) => source.open(`tables/${table}.copy`),
        openJobs: (table) => source.open(`jobs/${table}.copy`),
        onTable: () => progress('tables', done++, tables.length),
      });
    }
    endRestore(settings.dataDir);
  } finally {
    await release();
  }
}

/** The embedded one is made anew: what is there is of a try that was broken off. */
async function emptyDatabase(settings: Settings, unlock: () => void): Promise<FoundDatabase> {
  const { databaseUrl, dataDir } = settings;
  if (databaseUrl !== null) {
    return { url: databaseUrl, release: () => Promise.resolve(unlock()) };
  }
  for (const name of ['postgres', 'postgres.new'])
    rmSync(join(dataDir, name), { recursive: true, force: true });
  return startedFor(dataDir, unlock);
}
