/** Whether a backup is whole: every file that it lists is there with its size and hash, and the list is the manifest's. */
import { join } from 'node:path';
import { knownMigrations } from '../store/backup/fill';
import { hashFile, type Pace } from './copy';
import { BackupFault, FILES, inside, listedFiles, readManifest, type Manifest } from './manifest';

export interface Verified {
  manifest: Manifest;
  /** Files that are missing or other than they were written. */
  faults: string[];
}

/** Throws `BackupFault` for a folder that is no backup, or one that this version cannot read. */
export async function verifyBackup(
  backup: string,
  pace: Pace,
  progress: (files: number, of: number) => void,
): Promise<Verified> {
  const manifest = await readManifest(backup);
  if (!(await knownMigrations()).includes(manifest.migration))
    throw new BackupFault('NEWER_VERSION', `${manifest.version}, ${manifest.migration}`);
  const list = await hashFile(join(backup, FILES), pace).catch(() => null);
  if (list?.sha256 !== manifest.files.sha256) throw new BackupFault('DAMAGED', FILES);
  const faults: string[] = [];
  let seen = 0;
  for await (const file of listedFiles(backup)) {
    progress(seen, manifest.files.count);
    seen += 1;
    const found = await hashFile(inside(backup, file.path), pace).catch(() => null);
    if (found?.sha256 !== file.sha256) faults.push(file.path);
  }
  return { manifest, faults };
}
