/**
 * A backup in one file: a tar, written from the first byte to the last; read at any place, for each file stands in it as
 * it is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { BLOCK, endOfTar, fileOf, headerOf, padding } from '../ustar';
import type { Pace, Written } from './copy';
import { BackupFault } from './manifest';

export class TarWriter {
  private constructor(private readonly file: FileHandle) {}

  /** Readable by its owner only. Rejects when there is such a file. */
  static async create(path: string): Promise<TarWriter> {
    return new TarWriter(await open(path, 'wx', 0o600));
  }

  /** Rejects when it is not as long as is said: a header cannot be written anew. */
  async append(path: string, size: number, source: Readable, pace: Pace): Promise<Written> {
    await this.file.appendFile(headerOf(path, size));
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of source) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
      await this.file.appendFile(chunk as Buffer);
      await pace.take((chunk as Buffer).length);
    }
    if (bytes !== size) throw new Error(`${path} had ${bytes} bytes of ${size}`);
    await this.file.appendFile(Buffer.alloc(padding(size)));
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Whole and on disk when it resolves. */
  async end(): Promise<void> {
    await this.file.appendFile(endOfTar());
    await this.file.sync();
    await this.file.close();
  }

  /** Leaves it as it is. */
  async breakOff(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}

/** Where a file stands in the tar. */
interface Entry {
  from: number;
  size: number;
}

/** By path. Throws `BackupFault` for a file that is no tar, or is cut off. */
export async function entriesOf(path: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const file = await open(path, 'r');
  try {
    const { size: length } = await file.stat();
    for (let at = 0; ;) {
      const header = Buffer.alloc(BLOCK);
      const { bytesRead } = await file.read(header, 0, BLOCK, at);
      if (bytesRead < BLOCK) throw new BackupFault(at === 0 ? 'NO_BACKUP' : 'DAMAGED', path);
      if (header.every((byte) => byte === 0)) return entries;
      const found = fileOf(header);
      if (found === null) throw new BackupFault(at === 0 ? 'NO_BACKUP' : 'DAMAGED', path);
      const [from, size] = [at + BLOCK, found.size];
      at = from + size + padding(size);
      if (!(at <= length)) throw new BackupFault('DAMAGED', path);
      entries.set(found.path, { from, size });
    }
  } finally {
    await file.close();
  }
}

export const contentOf = (path: string, { from, size }: Entry): Readable =>
  size === 0 ? Readable.from([]) : createReadStream(path, { start: from, end: from + size - 1 });
