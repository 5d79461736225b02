/** Reads what a backup says of itself: its manifest, and the list of its files. */
import { createInterface } from 'node:readline';
import {
  BackupFault,
  FILES,
  FORMAT,
  inside,
  MANIFEST,
  type ListedFile,
  type Manifest,
} from './manifest';
import { textIn, type BackupSource } from './source';

/** Throws `BackupFault`. */
export async function readManifest(source: BackupSource): Promise<Manifest> {
  const text = await textIn(source, MANIFEST).catch(() => null);
  if (text === null) throw new BackupFault('NO_BACKUP', source.name);
  let manifest: Partial<Manifest>;
  try {
    manifest = JSON.parse(text) as Partial<Manifest>;
  } catch {
    throw new BackupFault('DAMAGED', MANIFEST);
  }
  if (manifest.format !== FORMAT) throw new BackupFault('OTHER_FORMAT', String(manifest.format));
  return manifest as Manifest;
}

/** The files of a backup. Throws `BackupFault` for one that would lie outside of it. */
export async function* listedFiles(source: BackupSource): AsyncGenerator<ListedFile> {
  const lines = createInterface({ input: source.open(FILES) });
  for await (const line of lines) {
    const file = JSON.parse(line) as ListedFile;
    inside(source.name, file.path);
    yield file;
  }
}
