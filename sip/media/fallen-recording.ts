/**
 * Closes the recording of an edge that was killed, or of a worker thread that fell: what is on disk becomes a
 * whole file that can be played, and its manifest lists what was taken along as one gap. What was finished
 * before is found as it is.
 */
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedFile } from './messages';
import { gapsMs, type Gap } from './gap-list';
import {
  linesWithin,
  manifestOf,
  type Closed,
  type Manifest,
  type ManifestHead,
} from './recording-manifest';
import type { OwedRecording } from './recording-ledger';
import {
  formatOfHeader,
  rateOf,
  RECORDING_HEADER_LENGTH,
  recordingHeader,
  samplesPerTick,
  tickBytes,
  type RecordingFormat,
} from './recording-format';
import { DiskFile } from './worker/disk-file';
import { linesOf, readManifestLines, writeManifest } from './worker/manifest-file';
import { completeFile, contentOf, copyOf, partOf } from './worker/recording-file';

/** What an edge has heard at most and not written: a window, and what is held back for late packets. */
const MOST_UNWRITTEN_MS = 1940;
/** What is taken for granted of a file whose header is not to be read: it was written first. */
const USUAL: RecordingFormat = { channels: 2, wideband: false };

type ClosedFile = Closed & { rate: number };

/**
 * Never rejects: a file that cannot be closed is told as failed, and stays. `now` is the wall clock;
 * `hungMs`: how long nothing was heard any more before the fall.
 */
export async function closeFallen(
  owed: OwedRecording,
  folders: readonly string[],
  now: number,
  hungMs = 0,
): Promise<RecordedFile> {
  const { path, failure } = owed;
  if (failure !== undefined) return { result: 'failed', reason: failure };
  try {
    const files = folders.map((folder) => join(folder, path));
    const found = await lyingIn(files);
    const manifest = (await wholeManifest(found)) ?? (await closeParts(owed, found, now, hungMs));
    if (manifest === null)
      return { result: 'failed', reason: 'what recorded it was killed at its start' };
    const { startedAt, rate, samples, bytes, sha256, gaps, reconciles } = manifest;
    return {
      ...{ result: 'stored', path, startedAt, bytes, sha256, reconciles },
      durationMs: Math.round((1000 * samples) / rate),
      gapsMs: gapsMs(gaps, rate / 1000),
      ...(found === files[0] ? {} : { folder: 2 }),
    };
  } catch (error) {
    return { result: 'failed', reason: `not closed after the edge was killed: ${String(error)}` };
  }
}

/**
 * Which of the files it is: the finished one, else the longer. The other is what was being moved from one
 * folder to the other, in whatever direction: nothing but the beginning of the longer one.
 */
async function lyingIn(files: readonly string[]): Promise<string> {
  const sizes = await Promise.all(
    files.map(async (file) => {
      await rm(copyOf(file), { force: true });
      if ((await sizeOf(`${file}.json`)) >= 0 || (await sizeOf(file)) >= 0) return Infinity;
      return sizeOf(partOf(file));
    }),
  );
  const found = files[sizes.indexOf(Math.max(...sizes))] ?? '';
  for (const [i, file] of files.entries()) {
    if (file === found || sizes[i] === -1) continue;
    await rm(partOf(file), { force: true });
    await rm(linesOf(file), { force: true });
  }
  return found;
}

/** -1 when there is none. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => -1,
  );
}

/** It was killed before its manifest had its name, or after. */
async function wholeManifest(file: string): Promise<Manifest | null> {
  const text = await readFile(`${file}.json`, 'utf8').catch(() => null);
  if (text !== null) return JSON.parse(text) as Manifest;
  const { head } = (await readManifestLines(file)) ?? {};
  if (head === undefined || !('state' in head)) return null;
  await writeManifest(file, head);
  return head;
}

/** Null when not even a header was written. */
async function closeParts(
  owed: OwedRecording,
  file: string,
  now: number,
  hungMs: number,
): Promise<Manifest | null> {
  const { recording, path } = owed;
  const written = await readManifestLines(file);
  const closed = (await finishedBefore(file)) ?? (await closePart(file));
  if (closed === null) return null;
  const unknown = { startedAt: now, monotonicZeroMs: 0, rate: closed.rate };
  const head: ManifestHead = written?.head ?? { recording, path, ...unknown };
  const lost = closed.state === 'edge-killed' ? unwritten(head, closed.samples, now, hungMs) : [];
  const lines = linesWithin(written?.lines ?? [], closed.samples);
  const manifest = manifestOf(head, lines, closed, lost);
  await writeManifest(file, manifest);
  return manifest;
}

/** It had its name already, and only its manifest was missing. */
async function finishedBefore(file: string): Promise<ClosedFile | null> {
  const found = await DiskFile.open(file, 'r').catch(() => null);
  if (found === null) return null;
  try {
    const format = await formatOf(found);
    const content = await contentOf(found, (await found.stat()).size);
    const samples = ticksOf(content.bytes, format) * samplesPerTick(format);
    return { state: 'finished', samples, ...content, rate: rateOf(format) };
  } finally {
    await found.close();
  }
}

async function closePart(file: string): Promise<ClosedFile | null> {
  const part = await DiskFile.open(partOf(file), 'r+').catch(() => null);
  if (part === null) return null;
  try {
    const { size } = await part.stat();
    const format = await formatOf(part);
    const ticks = ticksOf(size, format);
    const bytes = ticks * tickBytes(format);
    const length = RECORDING_HEADER_LENGTH + bytes;
    await part.truncate(length);
    await part.writeAll(recordingHeader(format, bytes), 0);
    const facts = { samples: ticks * samplesPerTick(format), rate: rateOf(format) };
    return { state: 'edge-killed', ...facts, ...(await completeFile(part, file, length)) };
  } finally {
    await part.close();
  }
}

async function formatOf(file: DiskFile): Promise<RecordingFormat> {
  const header = Buffer.alloc(RECORDING_HEADER_LENGTH);
  return formatOfHeader(header.subarray(0, await file.read(header, 0))) ?? USUAL;
}

/** Whole ticks; one that was cut off is left out. */
function ticksOf(size: number, format: RecordingFormat): number {
  return Math.max(0, Math.floor((size - RECORDING_HEADER_LENGTH) / tickBytes(format)));
}

/** When the edge was killed nobody knows: at the latest now, and before its next window. */
function unwritten(
  { startedAt, rate }: ManifestHead,
  from: number,
  now: number,
  hungMs: number,
): Gap[] {
  const untilNow = now - startedAt - (1000 * from) / rate;
  const ms = Math.min(MOST_UNWRITTEN_MS + hungMs, Math.max(0, untilNow));
  const samples = Math.round((ms * rate) / 1000);
  return samples === 0 ? [] : [{ side: 'both', from, samples, cause: 'edge-killed' }];
}
