/**
 * The folder of logs: one file of each process, written by the launcher alone, which outlives them all. What a child wrote
 * into its pipe before it was killed is read to the end and kept. Decides what goes where; what is kept is kept-archives.ts.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { LogLimits, LogTo } from '../../config';
import type { Instant, Millis } from '../../domain/time';
import { archivesToDelete } from './kept-archives';
import { LogFile } from './log-file';
import { archiveOf } from './names';

/** Whose logs there are. */
export const LOGS = ['launcher', 'edge', 'app', 'postgres'] as const;
export type LogName = (typeof LOGS)[number];

/** Nobody waits longer for a disk at the end. */
const CLOSE_LIMIT_MS: Millis = 2000;
/** Old files go also where nothing is put aside. */
const TIDY_EVERY_MS: Millis = 3_600_000;
/** A terminal that takes nothing gets no more than this kept for it. */
const MOST_UNREAD_BYTES = 4_000_000;

export interface LogsOptions {
  folder: string;
  to: LogTo;
  limits: LogLimits;
  now: () => Instant;
  /** Standard error. */
  terminal: Pick<NodeJS.WriteStream, 'write' | 'writableLength'>;
}

export class Logs {
  private readonly files = new Map<LogName, LogFile>();
  private isUp = false;
  private tidying: Promise<void> = Promise.resolve();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: LogsOptions) {
    this.timer = setInterval(() => this.tidy(), TIDY_EVERY_MS);
    this.timer.unref();
  }

  /** True when the children's logs come here at all; else they write to standard error themselves. */
  get takes(): boolean {
    return this.options.to.files;
  }

  /** Makes the folder and sees to what an earlier run left. Call it with the data folder locked; it never fails. */
  async open(): Promise<void> {
    if (!this.takes) return;
    await mkdir(this.options.folder, { recursive: true, mode: 0o700 }).catch((error: Error) =>
      this.refused(error.message),
    );
    this.tidy();
  }

  /** Until all are up, whoever started us sees why not, whatever `LOG_TO` says. */
  up(): void {
    this.isUp = true;
  }

  /** Bytes as a process wrote them. */
  take(name: LogName, chunk: Buffer): void {
    const { stderr, files } = this.options.to;
    // What PostgreSQL says may name what stands in rows: it is for the owner of the data folder.
    if (name !== 'postgres' && (stderr || !this.isUp)) this.show(chunk);
    if (files) this.fileOf(name).write(chunk);
  }

  /** The process is gone. */
  ended(name: LogName): void {
    this.files.get(name)?.endLine();
  }

  /** Resolves when all is on disk, at the latest after two seconds. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    const written = Promise.all([...this.files.values()].map((file) => file.close()));
    const limit = delay(CLOSE_LIMIT_MS, undefined, { ref: false });
    await Promise.race([written.then(() => this.tidying), limit]);
  }

  private show(chunk: Buffer): void {
    const { terminal } = this.options;
    if (terminal.writableLength < MOST_UNREAD_BYTES) terminal.write(chunk);
  }

  private refused(why: string): void {
    this.show(
      Buffer.from(`Logs cannot be written to ${this.options.folder}: ${why}. They wait.\n`),
    );
  }

  private fileOf(name: LogName): LogFile {
    const found = this.files.get(name);
    if (found !== undefined) return found;
    const { folder, limits, now } = this.options;
    const file = new LogFile({
      path: join(folder, `${name}.log`),
      fileBytes: limits.fileBytes,
      now,
      putAside: () => this.tidy(),
      refused: (why) => this.refused(why),
    });
    this.files.set(name, file);
    return file;
  }

  /** One at a time; a disk that refuses is asked again the next time. */
  private tidy(): void {
    if (!this.takes) return;
    this.tidying = this.tidying.then(() => this.tidied()).catch(() => undefined);
  }

  private async tidied(): Promise<void> {
    const { folder, limits, now } = this.options;
    // First, so that there is room to pack the others.
    for (const isPacked of [false, true]) {
      const found = await this.found();
      const going = new Set(
        archivesToDelete(found.archives, limits, { now: now(), open: found.open }),
      );
      for (const file of going) await rm(join(folder, file), { force: true });
      if (isPacked) return;
      for (const { file } of found.archives)
        if (!going.has(file) && !file.endsWith('.gz')) await packed(folder, file);
    }
  }

  private async found() {
    const { folder } = this.options;
    const archives = [];
    let open = 0;
    for (const file of await readdir(folder)) {
      const { size: bytes } = await stat(join(folder, file));
      const archive = archiveOf(file);
      if (archive !== null) archives.push({ file, bytes, ...archive });
      else if (file.endsWith('.part')) await rm(join(folder, file), { force: true });
      else open += bytes;
    }
    return { archives, open };
  }
}

/** Written beside and renamed: whatever ends with `.gz` is whole. */
async function packed(folder: string, file: string): Promise<void> {
  const source = join(folder, file);
  const part = `${source}.part`;
  try {
    await pipeline(
      createReadStream(source),
      createGzip(),
      createWriteStream(part, { mode: 0o600 }),
    );
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, `${source}.gz`);
    await rm(source);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
