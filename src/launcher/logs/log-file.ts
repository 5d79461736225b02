/**
 * One log on disk: lines come in, whole lines go to the end of a file, which is put aside when it is full or of a day
 * before. Decides what becomes of lines that the disk does not take. Writing never throws and never waits: whoever logs has
 * calls to carry.
 *
 *     write ─> queue (bounded) ─> file        a disk that refuses: the queue is tried again each second,
 *                                             what it has no room for is dropped and counted
 */
import { open, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Instant, Millis } from '../../domain/time';
import { archiveName } from './names';

/** What is kept in memory while the disk takes nothing: some minutes at info, and no danger to the machine. */
const MOST_QUEUED_BYTES = 4_000_000;
/** One append; more would only hold up the next rotation. */
const BATCH_BYTES = 256_000;
/** A line without an end is cut here: no line of ours is as long. */
const LONGEST_LINE_BYTES = 1_000_000;
const AGAIN_MS: Millis = 1000;
const NEW_LINE = 0x0a;

export interface LogFileOptions {
  /** The file that is written; those put aside lie beside it. */
  path: string;
  /** More than these in one file are never begun; a single batch of lines may pass it. */
  fileBytes: number;
  now: () => Instant;
  /** A file was put aside. */
  putAside: () => void;
  /** The disk takes nothing, for the first time; lines wait. */
  refused: (why: string) => void;
}

export class LogFile {
  private readonly queue: Buffer[] = [];
  private queuedBytes = 0;
  /** What came behind the last end of a line. */
  private rest: Buffer = Buffer.alloc(0);
  private dropped = 0;
  /** The error code of a disk that refuses; null: it takes lines. */
  private trouble: string | null = null;
  /** The disk took a part of a line: the rest belongs behind it, into the same file. */
  private isMidLine = false;
  /** Whether the file that an earlier run left was looked at. */
  private isMended = false;
  private working: Promise<void> | null = null;
  private again: NodeJS.Timeout | null = null;

  constructor(private readonly options: LogFileOptions) {}

  /** Takes bytes as they come from a pipe. */
  write(chunk: Buffer): void {
    const all = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const end = all.lastIndexOf(NEW_LINE) + 1;
    this.rest = all.subarray(end);
    if (end > 0) this.take(all.subarray(0, end));
    if (this.rest.length > LONGEST_LINE_BYTES) this.endLine();
  }

  /** What was begun without an end is a line: its writer is gone. */
  endLine(): void {
    if (this.rest.length === 0) return;
    const line = Buffer.concat([this.rest, Buffer.from('\n')]);
    this.rest = Buffer.alloc(0);
    this.take(line);
  }

  /** Resolves when everything is on disk, or was tried once more and refused. */
  async close(): Promise<void> {
    this.endLine();
    if (this.again !== null) clearTimeout(this.again);
    this.again = null;
    await this.working;
    await this.run();
    if (this.again !== null) clearTimeout(this.again);
  }

  private take(lines: Buffer): void {
    if (this.queuedBytes + lines.length > MOST_QUEUED_BYTES) {
      this.dropped += lines.reduce((count, byte) => count + (byte === NEW_LINE ? 1 : 0), 0);
      return;
    }
    this.queue.push(lines);
    this.queuedBytes += lines.length;
    if (this.again === null) void this.run();
  }

  private run(): Promise<void> {
    this.working ??= this.drain().finally(() => (this.working = null));
    return this.working;
  }

  private async drain(): Promise<void> {
    while (this.queue.length > 0) {
      try {
        await this.putBatch();
      } catch (error) {
        return this.failed(error as NodeJS.ErrnoException);
      }
    }
  }

  private failed({ code, message }: NodeJS.ErrnoException): void {
    const why = code ?? message;
    if (this.trouble === null) this.options.refused(why);
    this.trouble = why;
    this.again = setTimeout(() => {
      this.again = null;
      void this.run();
    }, AGAIN_MS);
    this.again.unref();
  }

  private async putBatch(): Promise<void> {
    const size = await this.sizeBehindRotation();
    const batch = this.nextBatch();
    const file = await open(this.options.path, 'a+', 0o600).catch((error: unknown) => {
      this.back(batch);
      throw error;
    });
    let written = 0;
    try {
      await this.mend(file, size);
      while (written < batch.length) {
        const { bytesWritten } = await file.write(batch, written);
        written += bytesWritten;
      }
    } finally {
      if (written > 0) this.isMidLine = batch[written - 1] !== NEW_LINE;
      if (written < batch.length) this.back(batch.subarray(written));
      await file.close();
    }
    this.recovered();
  }

  private nextBatch(): Buffer {
    const taken: Buffer[] = [];
    let bytes = 0;
    while (this.queue.length > 0 && bytes < BATCH_BYTES) {
      const lines = this.queue.shift()!;
      taken.push(lines);
      bytes += lines.length;
    }
    this.queuedBytes -= bytes;
    return Buffer.concat(taken);
  }

  private back(lines: Buffer): void {
    this.queue.unshift(lines);
    this.queuedBytes += lines.length;
  }

  /** How large the file is that the next lines belong into; 0: a new one. */
  private async sizeBehindRotation(): Promise<number> {
    const { path, fileBytes, now, putAside } = this.options;
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (found === null || found.size === 0) return 0;
    const isFull = found.size + this.queue[0]!.length > fileBytes;
    const isOld = dayOf(found.mtimeMs) !== dayOf(now());
    if (this.isMidLine || !(isFull || isOld)) return found.size;
    const name = archiveName(basename(path, '.log'), now());
    await rename(path, join(dirname(path), await freeName(dirname(path), name)));
    this.isMended = true;
    putAside();
    return 0;
  }

  /** A launcher that was killed in the middle of a line left one without an end. */
  private async mend(file: Awaited<ReturnType<typeof open>>, size: number): Promise<void> {
    if (!this.isMended && size > 0) {
      const last = Buffer.alloc(1);
      await file.read(last, 0, 1, size - 1);
      if (last[0] !== NEW_LINE) await file.write('\n');
    }
    this.isMended = true;
  }

  private recovered(): void {
    if (this.trouble === null || this.queue.length > 0) return;
    const { trouble: why, dropped } = this;
    this.trouble = null;
    this.dropped = 0;
    if (dropped === 0) return;
    const fields = { level: 40, time: this.options.now(), name: 'launcher', why, dropped };
    const msg = 'the disk took no log for a while: lines were lost';
    this.take(Buffer.from(`${JSON.stringify({ ...fields, msg })}\n`));
  }
}

/** The machine's own day: whoever looks for a log thinks of that. */
const dayOf = (at: Instant): string => new Date(at).toDateString();

/** Two files that are put aside in one millisecond are two. */
async function freeName(folder: string, wanted: string): Promise<string> {
  const taken = async (name: string): Promise<boolean> =>
    (
      await Promise.all(
        [name, `${name}.gz`].map((one) => stat(join(folder, one)).catch(() => null)),
      )
    ).some((found) => found !== null);
  let name = wanted;
  for (let more = 1; await taken(name); more += 1) name = wanted.replace(/\.log$/, `-${more}.log`);
  return name;
}
