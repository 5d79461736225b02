/**
 * The journal's files: numbered segments of JSON lines, and the mark up to which they are applied.
 * Knows how they are named and read; not when they are written or thrown away.
 */
import { open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '../domain/records';

/** A place between two lines. */
export interface Position {
  segment: number;
  /** In bytes. */
  offset: number;
}

/** An entry and where it ends. */
export interface PlacedEntry {
  entry: JournalEntry;
  /** Behind the entry's line. */
  end: Position;
}

const NAME = /^(\d{12})\.jsonl$/;
const READ_BYTES = 256 * 1024;

/** Twelve digits, so that names sort as numbers do. */
export const segmentPath = (folder: string, segment: number): string =>
  join(folder, `${String(segment).padStart(12, '0')}.jsonl`);

/** Numbers of the segments that exist, oldest first. */
export async function listSegments(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .map((name) => Number(NAME.exec(name)?.[1] ?? NaN))
    .filter((segment) => !Number.isNaN(segment))
    .sort((a, b) => a - b);
}

/** A segment that is gone already is no fault. */
export const removeSegment = (folder: string, segment: number): Promise<void> =>
  rm(segmentPath(folder, segment), { force: true });

/** Makes new names in the folder survive a power cut; see fsync(2). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Everything before the mark was applied. It may lag behind: applying twice does no harm. */
export async function readMark(folder: string): Promise<Position> {
  const start: Position = { segment: 0, offset: 0 };
  try {
    const mark = JSON.parse(await readFile(join(folder, 'applied'), 'utf8')) as Partial<Position>;
    return typeof mark.segment === 'number' && typeof mark.offset === 'number'
      ? { segment: mark.segment, offset: mark.offset }
      : start;
  } catch {
    return start;
  }
}

/** Replaces the mark as a whole; a reader never sees half of it. */
export async function writeMark(folder: string, mark: Position): Promise<void> {
  await writeFile(join(folder, 'applied.new'), JSON.stringify(mark));
  await rename(join(folder, 'applied.new'), join(folder, 'applied'));
}

/**
 * Reads entries of one segment from an offset up to `limit` bytes of the file, in batches of at
 * most `size`. A last line without its end was torn by a fall of the process and never durable; a
 * line that is no JSON is told to `damaged` and passed over.
 */
export async function* readSegment(source: {
  folder: string;
  from: Position;
  limit: number;
  size: number;
  damaged: (at: Position) => void;
}): AsyncGenerator<PlacedEntry[]> {
  const { folder, from, limit, size } = source;
  const handle = await open(segmentPath(folder, from.segment), 'r');
  try {
    let batch: PlacedEntry[] = [];
    for await (const { line, end } of linesOf(handle, from.offset, limit)) {
      const position = { segment: from.segment, offset: end };
      const entry = parse(line);
      if (entry) batch.push({ entry, end: position });
      else source.damaged(position);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    await handle.close();
  }
}

type Handle = Awaited<ReturnType<typeof open>>;

async function* linesOf(
  handle: Handle,
  from: number,
  limit: number,
): AsyncGenerator<{ line: string; end: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  while (offset < limit) {
    const chunk = Buffer.alloc(Math.min(READ_BYTES, limit - offset));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, offset);
    if (bytesRead === 0) return;
    let start = offset - rest.length;
    offset += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let eol = rest.indexOf(0x0a); eol !== -1; eol = rest.indexOf(0x0a)) {
      start += eol + 1;
      yield { line: rest.toString('utf8', 0, eol), end: start };
      rest = rest.subarray(eol + 1);
    }
  }
}

function parse(line: string): JournalEntry | null {
  try {
    const entry = JSON.parse(line) as Partial<JournalEntry>;
    return typeof entry.id === 'string' && typeof entry.at === 'number' && entry.record
      ? { id: entry.id, at: entry.at, record: entry.record }
      : null;
  } catch {
    return null;
  }
}
