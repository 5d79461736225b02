/** Where a backup is read from: a folder, or one file. Whoever verifies or restores one does not know which. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BackupFault, inside } from './manifest';
import { contentOf, entriesOf } from './tar';

export interface BackupSource {
  /** As it was named. */
  name: string;
  has: (path: string) => Promise<boolean>;
  /** Its stream fails when there is no such file. Throws `BackupFault` for a path that leads out of it. */
  open: (path: string) => Readable;
}

/** Throws `BackupFault` when there is none. */
export async function openSource(path: string): Promise<BackupSource> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new BackupFault('NO_BACKUP', path);
  return found.isDirectory() ? folderSource(path) : fileSource(path);
}

const folderSource = (folder: string): BackupSource => ({
  name: folder,
  has: async (path) => (await stat(join(folder, path)).catch(() => null)) !== null,
  open: (path) => createReadStream(inside(folder, path)),
});

async function fileSource(file: string): Promise<BackupSource> {
  const entries = await entriesOf(file);
  return {
    name: file,
    has: async (path) => entries.has(path),
    open: (path) => {
      const entry = entries.get(path);
      return entry ? contentOf(file, entry) : Readable.from(missing(path));
    },
  };
}

/** Fails when it is read, as the stream of a file does. */
async function* missing(path: string): AsyncGenerator<Buffer> {
  throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
}

/** As a text. Rejects when there is no such file. */
export async function textIn(source: BackupSource, path: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of source.open(path)) parts.push(chunk as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
