/**
 * Closes the recording of an edge that was killed, or of a worker thread that fell: what is on disk becomes a whole file that can be played,
 * and its manifest lists what was taken along as one gap. What was finished before is found as it is.
 */
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedFile } from './messages';
import { gapsMs, type Gap } from './recording-gaps';
import { manifestOf, type Closed, type Manifest, type ManifestHead } from './recording-manifest';
import type { OwedRecording } from './recording-ledger';
import { RECORDING_HEADER_LENGTH, recordingHeader, SAMPLE_RATE } from './wav';
import { readManifestLines, writeManifest } from './worker/manifest-file';
import { completeFile, partOf, sha256Of } from './worker/recording-file';

/** What an edge has heard at most and not written: a window, and what is held back for late packets. */
const MOST_UNWRITTEN_MS = 1940;
const SAMPLES_PER_MS = SAMPLE_RATE / 1000;
const FRAME_BYTES = 2;

/** Never rejects: a file that cannot be closed is told as failed, and stays. `now` is the wall clock. */
export async function closeFallen(
  owed: OwedRecording,
  recordingsDir: string,
  now: number,
): Promise<RecordedFile> {
  const { path, failure } = owed;
  if (failure !== undefined) return { result: 'failed', reason: failure };
  try {
    const file = join(recordingsDir, path);
    const manifest = (await wholeManifest(file)) ?? (await closeParts(owed, file, now));
    if (manifest === null)
      return { result: 'failed', reason: 'what recorded it was killed at its start' };
    const { startedAt, samples, bytes, sha256, gaps, reconciles } = manifest;
    return {
      ...{ result: 'stored', path, startedAt, bytes, sha256, reconciles },
      durationMs: Math.round(samples / SAMPLES_PER_MS),
      gapsMs: gapsMs(gaps, SAMPLES_PER_MS),
    };
  } catch (error) {
    return { result: 'failed', reason: `not closed after the edge was killed: ${String(error)}` };
  }
}

async function wholeManifest(file: string): Promise<Manifest | null> {
  const text = await readFile(`${file}.json`, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Manifest);
}

/** Null when not even a header was written. */
async function closeParts(
  owed: OwedRecording,
  file: string,
  now: number,
): Promise<Manifest | null> {
  const { recording, path } = owed;
  const written = await readManifestLines(file);
  const closed = (await finishedBefore(file)) ?? (await closePart(file));
  if (closed === null) return null;
  const unknown = { startedAt: now, monotonicZeroMs: 0, rate: SAMPLE_RATE };
  const head: ManifestHead = written?.head ?? { recording, path, ...unknown };
  const lost = closed.state === 'edge-killed' ? unwritten(head, closed.samples, now) : [];
  const manifest = manifestOf(head, written?.lines ?? [], closed, lost);
  await writeManifest(file, manifest);
  return manifest;
}

/** It had its name already, and only its manifest was missing. */
async function finishedBefore(file: string): Promise<Closed | null> {
  const found = await stat(file).catch(() => null);
  if (found === null) return null;
  const samples = (found.size - RECORDING_HEADER_LENGTH) / FRAME_BYTES;
  return { state: 'finished', samples, bytes: found.size, sha256: await sha256Of(file) };
}

async function closePart(file: string): Promise<Closed | null> {
  const part = await open(partOf(file), 'r+').catch(() => null);
  if (part === null) return null;
  let samples: number;
  try {
    const { size } = await part.stat();
    samples = Math.max(0, Math.floor((size - RECORDING_HEADER_LENGTH) / FRAME_BYTES));
    const bytes = samples * FRAME_BYTES;
    await part.truncate(RECORDING_HEADER_LENGTH + bytes);
    await part.write(recordingHeader(bytes), 0, RECORDING_HEADER_LENGTH, 0);
  } finally {
    await part.close();
  }
  return { state: 'edge-killed', samples, ...(await completeFile(file)) };
}

/** When the edge was killed nobody knows: at the latest now, and before its next window. */
function unwritten({ startedAt }: ManifestHead, from: number, now: number): Gap[] {
  const untilNow = now - startedAt - from / SAMPLES_PER_MS;
  const ms = Math.min(MOST_UNWRITTEN_MS, Math.max(0, untilNow));
  const samples = Math.round(ms * SAMPLES_PER_MS);
  return samples === 0 ? [] : [{ side: 'both', from, samples, cause: 'edge-killed' }];
}
