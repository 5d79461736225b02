/** Whether a backup is whole: every file that it lists is there with its size and hash, and the list is the manifest's. */
import { knownMigrations } from '../store/backup/fill';
import { hashOf, type Pace } from './copy';
import { BackupFault, FILES, type Manifest } from './manifest';
import { listedFiles, readManifest } from './reading';
import { openSource } from './source';

export interface Verified {
  manifest: Manifest;
  /** Files that are missing or other than they were written. */
  faults: string[];
}

/** Throws `BackupFault` for a folder or file that is no backup, or one that this version cannot read. */
export async function verifyBackup(
  backup: string,
  pace: Pace,
  progress: (files: number, of: number) => void,
): Promise<Verified> {
  const source = await openSource(backup);
  const manifest = await readManifest(source);
  if (!(await knownMigrations()).includes(manifest.migration))
    throw new BackupFault('NEWER_VERSION', `${manifest.version}, ${manifest.migration}`);
  const list = await hashOf(source.open(FILES), pace).catch(() => null);
  if (list?.sha256 !== manifest.files.sha256) throw new BackupFault('DAMAGED', FILES);
  const faults: string[] = [];
  let seen = 0;
  for await (const file of listedFiles(source)) {
    progress(seen, manifest.files.count);
    seen += 1;
    const found = await hashOf(source.open(file.path), pace).catch(() => null);
    if (found?.sha256 !== file.sha256) faults.push(file.path);
  }
  return { manifest, faults };
}
