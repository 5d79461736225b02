/**
 * Copies and reads files with their hash, at a bounded rate, so that the disk is there for running calls. A file has its
 * name when it is whole and on disk, never before.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A file as it was written. */
export interface Written {
  bytes: number;
  sha256: string;
}

/** Lets at most so many bytes a second through, all that use it together. */
export class Pace {
  private allowedAt = 0;

  /** `Infinity`: as fast as it goes. */
  constructor(private readonly bytesPerSecond: number) {}

  /** Resolves when so many bytes may go. */
  async take(bytes: number): Promise<void> {
    const now = performance.now();
    const from = Math.max(now, this.allowedAt);
    this.allowedAt = from + (bytes / this.bytesPerSecond) * 1000;
    if (from > now) await delay(from - now);
  }
}

/** Writes what comes, readable by its owner only. Rejects when either side breaks; then there is no such file. */
export async function writeFrom(source: () => Readable, to: string, pace: Pace): Promise<Written> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const draft = `${to}.part`;
  const hash = createHash('sha256');
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      pace.take(chunk.length).then(() => done(null, chunk), done);
    },
  });
  try {
    await pipeline(source(), counting, createWriteStream(draft, { mode: 0o600, flush: true }));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rename(draft, to);
  return { bytes, sha256: hash.digest('hex') };
}

export const copyFile = (from: string, to: string, pace: Pace): Promise<Written> =>
  writeFrom(() => createReadStream(from), to, pace);

/** Size and hash of a file; rejects when it cannot be read. */
export const hashFile = (path: string, pace: Pace): Promise<Written> =>
  hashOf(createReadStream(path), pace);

/** The same of what comes. */
export async function hashOf(source: Readable, pace: Pace): Promise<Written> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of source) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    await pace.take((chunk as Buffer).length);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Makes the names in a folder survive a power cut; see fsync(2). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
