/** Files of recordings whose data was deleted: their rows say so, and stay until the file is gone, also after a restart. */
import { rm } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import type { Knex } from 'knex';
import type { Instant } from '../../domain/time';

export interface ErasedFilesWorld {
  db: Knex;
  /** By number of the folder; null: there is none. */
  folders: Record<number, string | null>;
  /** It is still on another host, and would come after it was deleted. */
  isArriving: (recordingId: string) => boolean;
  now: () => Instant;
}

interface FileRow {
  recording_id: string;
  erasure_id: string;
  folder: number;
  path: string;
}

/** Deletes at most so many; how many. Rejects with what the disk or the database says: the rest is tried another time. */
export async function deleteErasedFiles(world: ErasedFilesWorld, most: number): Promise<number> {
  const { db, folders, isArriving, now } = world;
  const rows = (await db('erasure_file')
    .whereNull('deleted_at')
    .orderBy('recording_id')
    .limit(most)) as FileRow[];
  const left = rows.filter(({ recording_id: id }) => !isArriving(id));
  for (const { recording_id: id, folder, path } of left) {
    const root = folders[folder] ?? null;
    // Without its folder nothing is known of the file: it may be mounted again.
    if (root === null) continue;
    const file = resolve(root, path);
    // With its manifest, which lies beside it.
    if (file.startsWith(resolve(root) + sep))
      for (const one of [file, `${file}.json`]) await rm(one, { force: true });
    await db('erasure_file')
      .where({ recording_id: id })
      .update({ deleted_at: new Date(now()) });
  }
  await db('erasure as e')
    .whereIn('id', [...new Set(rows.map(({ erasure_id: id }) => id))])
    .whereNotExists(
      db('erasure_file as f')
        .whereRaw('f.erasure_id = e.id')
        .whereNull('f.deleted_at')
        .select('f.recording_id'),
    )
    .update({ files_deleted_at: new Date(now()) });
  return left.length;
}
