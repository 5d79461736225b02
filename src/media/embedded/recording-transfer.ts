/**
 * Brings one recording from an edge on another host: sound into `<path>.part`, from where an earlier attempt
 * ended, and its manifest; under its own name only when it is whole, verified and on disk. Who is killed at
 * any point finds with the next attempt what he had.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import type { OwedFile } from '../../../sip/index';
import type { EdgeFilesClient, SoundReply } from './edge-files';
import { TransferFailure } from './transfer-failure';

/** Fetches it into `folder` unless it is there. Rejects with `TransferFailure`. */
export async function bringRecording(
  wanted: OwedFile,
  edge: EdgeFilesClient,
  folder: string,
): Promise<void> {
  const place = placeIn(folder, wanted.path);
  if (await isWhole(place, wanted)) return;
  const part = `${place}.part`;
  await disk(() => mkdir(dirname(place), { recursive: true }));
  await bringSound(part, wanted, edge);
  if (!(await isWhole(part, wanted))) {
    await disk(() => rm(part, { force: true }));
    throw new TransferFailure('file', `its bytes are not those that were recorded: ${wanted.path}`);
  }
  const manifest = await edge.manifest(wanted);
  await disk(async () => {
    if (manifest !== null) await writeWhole(`${place}.json`, manifest);
    // A recording that has its name has its manifest, where there is one.
    await rename(part, place);
    await syncFolder(dirname(place));
  });
}

/** The path was ours before the edge told it; all the same nothing is written outside. */
function placeIn(folder: string, path: string): string {
  const place = resolve(folder, path);
  if (place.startsWith(resolve(folder) + sep)) return place;
  throw new TransferFailure('file', `not a recording's path: ${path}`);
}

async function bringSound(part: string, wanted: OwedFile, edge: EdgeFilesClient): Promise<void> {
  const file = await disk(() => openPart(part));
  try {
    const { size } = await disk(() => file.stat());
    // One that is longer is no beginning of it.
    const from = size > wanted.bytes ? 0 : size;
    if (from < wanted.bytes) {
      await write(file, await edge.sound(wanted, from), wanted.bytes);
    }
    await disk(() => file.sync());
  } finally {
    await file.close();
  }
}

/** What is in it stays. */
function openPart(part: string): Promise<FileHandle> {
  return open(part, 'r+').catch(() => open(part, 'w+', 0o640));
}

/** Rejects when the edge sends too little or too much; what came of too little stays. */
async function write(file: FileHandle, reply: SoundReply, bytes: number): Promise<void> {
  await disk(() => file.truncate(reply.from));
  let position = reply.from;
  for await (const chunk of reply.chunks) {
    await disk(() => writeAll(file, chunk, position));
    position += chunk.length;
    if (position > bytes) throw new TransferFailure('file', 'the edge sends more than it recorded');
  }
  if (position < bytes) {
    throw new TransferFailure('edge', `cut at ${position} of ${bytes}`, position > reply.from);
  }
}

/** A disk that is nearly full takes a part only; the next attempt then says ENOSPC. */
async function writeAll(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length;) {
    const { bytesWritten } = await file.write(data, done, data.length - done, position + done);
    done += bytesWritten;
  }
}

async function writeWhole(place: string, text: string): Promise<void> {
  const draft = `${place}.new`;
  await writeFile(draft, text, { mode: 0o640, flush: true });
  await rename(draft, place);
}

async function isWhole(place: string, { bytes, sha256 }: OwedFile): Promise<boolean> {
  const found = await stat(place).catch(() => null);
  if (found?.size !== bytes) return false;
  return disk(async () => {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(place)) hash.update(chunk as Buffer);
    return hash.digest('hex') === sha256;
  });
}

/** The new name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Our own disk is at fault, whatever it says. */
async function disk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new TransferFailure('disk', (error as Error).message);
  }
}
