/**
 * Recordings of a backup: those that a former one has are linked from there (a file with two names takes its room once),
 * the others are copied. Never linked to the product's own files: a backup that shares its disk blocks is none.
 */
import { createReadStream, existsSync } from 'node:fs';
import { copyFile as plainCopy, link, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { FiledRecording } from '../store/backup/snapshot';
import { copyFile, hashFile, type Pace, type Written } from './copy';
import { inside, type ListedFile, type Manifest } from './manifest';
import { listedFiles } from './reading';
import { RECORDINGS } from './shelf';
import { openSource } from './source';
import type { TarWriter } from './tar';

interface TakingRecordings {
  recordings: readonly FiledRecording[];
  recordingsDirs: readonly [string, string | null];
  pace: Pace;
  listed: (file: ListedFile) => void;
  /** In bytes. */
  progress: (done: number, total: number) => void;
}

export interface CopyingRecordings extends TakingRecordings {
  draft: string;
  former: string | null;
}

/** Where a recording lies in a backup. */
export const placeOf = ({ folder, path }: Pick<FiledRecording, 'folder' | 'path'>): string =>
  `${RECORDINGS}/${folder}/${path}`;

/** Bytes that are still to be copied. */
export async function roomFor(
  recordings: readonly FiledRecording[],
  draft: string,
  former: string | null,
): Promise<number> {
  const had = await listOf(former);
  const isThere = (place: string) => had.has(place) || existsSync(join(draft, place));
  return recordings.reduce((sum, one) => sum + (isThere(placeOf(one)) ? 0 : one.bytes), 0);
}

export async function copyRecordings(
  options: CopyingRecordings,
): Promise<Manifest['recordings'] & { reused: number }> {
  const { recordings, recordingsDirs, draft, former, pace, listed, progress } = options;
  const had = await listOf(former);
  const total = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
  const told = { files: 0, bytes: 0, missing: [] as string[], damaged: [] as string[], reused: 0 };
  let done = 0;
  for (const recording of recordings) {
    progress(done, total);
    done += recording.bytes;
    const place = placeOf(recording);
    const root = recordingsDirs[recording.folder === 2 ? 1 : 0] ?? recordingsDirs[0];
    const source = { from: inside(root, recording.path), to: inside(draft, place), pace };
    const known = former === null ? undefined : had.get(place);
    const linked = known && matches(known, recording) ? join(former ?? '', place) : null;
    const { written, reused } = await take({ ...source, linked, known, wanted: recording.sha256 });
    if (written === null) {
      told.missing.push(recording.path);
      continue;
    }
    listed({ path: place, ...written });
    if (recording.sha256 !== null && written.sha256 !== recording.sha256)
      told.damaged.push(recording.path);
    told.files += 1;
    told.bytes += written.bytes;
    told.reused += Number(reused);
    await takeBeside(options, place, source.from, had);
  }
  progress(total, total);
  return told;
}

/** All of them, each with its manifest, into one file. */
export async function streamRecordings({
  tar,
  ...taking
}: TakingRecordings & { tar: TarWriter }): Promise<Manifest['recordings'] & { reused: number }> {
  const { recordings, recordingsDirs, pace, listed, progress } = taking;
  const total = recordings.reduce((sum, { bytes }) => sum + bytes, 0);
  const told = { files: 0, bytes: 0, missing: [] as string[], damaged: [] as string[], reused: 0 };
  let done = 0;
  const put = async (from: string, path: string): Promise<Written | null> => {
    const size = await stat(from).then(
      (found) => found.size,
      () => null,
    );
    if (size === null) return null;
    const source = size === 0 ? Readable.from([]) : createReadStream(from, { end: size - 1 });
    const written = await tar.append(path, size, source, pace);
    listed({ path, ...written });
    return written;
  };
  for (const recording of recordings) {
    progress(done, total);
    done += recording.bytes;
    const root = recordingsDirs[recording.folder === 2 ? 1 : 0] ?? recordingsDirs[0];
    const [from, place] = [inside(root, recording.path), placeOf(recording)];
    const written = await put(from, place);
    if (written === null) {
      told.missing.push(recording.path);
      continue;
    }
    if (recording.sha256 !== null && written.sha256 !== recording.sha256)
      told.damaged.push(recording.path);
    told.files += 1;
    told.bytes += written.bytes;
    await put(`${from}.json`, `${place}.json`);
  }
  progress(total, total);
  return told;
}

/** The manifest of a recording, which the edge wrote beside it and never changes. */
async function takeBeside(
  { draft, former, pace, listed }: CopyingRecordings,
  place: string,
  from: string,
  had: ReadonlyMap<string, Written>,
): Promise<void> {
  const path = `${place}.json`;
  const known = had.get(path);
  const size = await stat(`${from}.json`).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return;
  const linked = known?.bytes === size && former !== null ? join(former, path) : null;
  const to = join(draft, path);
  const { written } = await take({ from: `${from}.json`, to, pace, linked, known, wanted: null });
  if (written !== null) listed({ path, ...written });
}

interface Taking {
  from: string;
  to: string;
  pace: Pace;
  /** The same file in the former backup. */
  linked: string | null;
  known: Written | undefined;
  wanted: string | null;
}

/** What stands in the backup now; null: there is no such file. */
async function take(taking: Taking): Promise<{ written: Written | null; reused: boolean }> {
  const { from, to, pace, linked, known, wanted } = taking;
  // From a try that was broken off; whole by its name, and looked at all the same.
  if (existsSync(to)) {
    const found = await hashFile(to, pace);
    if (wanted !== null && found.sha256 === wanted) return { written: found, reused: true };
  } else if (linked !== null && known && (await linkOrCopy(linked, to))) {
    return { written: known, reused: true };
  }
  try {
    return { written: await copyFile(from, to, pace), reused: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { written: null, reused: false };
    throw error;
  }
}

/** On a disk without hard links it is copied. */
async function linkOrCopy(from: string, to: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    await plainCopy(from, to);
    return true;
  }
}

const matches = (known: Written, { bytes, sha256 }: FiledRecording): boolean =>
  known.bytes === bytes && known.sha256 === sha256;

async function listOf(former: string | null): Promise<Map<string, Written>> {
  const list = new Map<string, Written>();
  if (former === null) return list;
  for await (const { path, bytes, sha256 } of listedFiles(await openSource(former)))
    if (path.startsWith(`${RECORDINGS}/`)) list.set(path, { bytes, sha256 });
  return list;
}
