/**
 * A folder of lines that are on disk when `append` resolves (open(2), O_DSYNC), and that can be read again by their place.
 * Lines that come while one is being written share the next write. It knows nothing of what the lines say.
 *
 * Each life of the app begins a file of its own, as the journal does; a file is thrown away as a whole.
 */
import { constants } from 'node:fs';
import { mkdir, open, readdir, readFile, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instant } from '../../domain/time';
import { syncFolder } from '../journal-segments';

/** Where a line stands. */
export interface Place {
  file: string;
  offset: number;
  length: number;
}

interface Waiting {
  bytes: Buffer;
  at: Instant;
  resolve: (place: Place) => void;
  reject: (error: unknown) => void;
}

/** What people were answered stands in it, if sealed. */
const OWNER_ONLY = 0o600;
const DURABLE =
  constants.O_WRONLY |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_APPEND |
  constants.O_DSYNC;
const LINE_END = 10;
const FILE_BYTES = 4 * 1024 * 1024;

export class AnswerLog {
  /** The latest time of its lines, and how large it is, by file, the oldest first. */
  private readonly files = new Map<string, { latest: Instant; bytes: number }>();
  private current: { name: string; handle: FileHandle } | null = null;
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  /** A write failed half-way: what it left behind must not become a part of the next line. */
  private torn = false;

  constructor(private readonly folder: string) {}

  /** Lines of former lives, in the order in which they were written; `atOf` says of when one is. */
  async read(
    atOf: (line: string) => Instant | null,
    each: (line: string, place: Place) => void,
  ): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(this.folder)).filter((name) => /^\d{12}\.log$/.test(name)).sort();
    for (const file of names) {
      const bytes = await readFile(join(this.folder, file));
      let latest = 0;
      for (const [offset, length] of linesOf(bytes)) {
        const line = bytes.toString('utf8', offset, offset + length);
        latest = Math.max(latest, atOf(line) ?? 0);
        each(line, { file, offset, length });
      }
      this.files.set(file, { latest, bytes: bytes.length });
    }
  }

  /** Resolves when the line is on disk; rejects when it cannot be written, and then it is not there. */
  append(line: string, at: Instant): Promise<Place> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ bytes: Buffer.from(`${line}\n`), at, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** The line at a place that `append` or `read` told; rejects when its file is gone. */
  async at({ file, offset, length }: Place): Promise<string> {
    const handle = await open(join(this.folder, file), 'r');
    try {
      const { buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.toString('utf8');
    } finally {
      await handle.close();
    }
  }

  /** Throws away files whose lines are all from before that time. */
  async forgetBefore(at: Instant): Promise<void> {
    for (const [file, { latest }] of [...this.files]) {
      if (latest >= at || file === this.current?.name) continue;
      await unlink(join(this.folder, file));
      this.files.delete(file);
    }
  }

  /** Of all files. */
  get bytes(): number {
    return [...this.files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    await this.writing;
    await this.current?.handle.close();
    this.current = null;
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const places = await this.write(batch);
        batch.forEach(({ resolve }, n) => resolve(places[n] as Place));
      } catch (error) {
        this.torn = true;
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = null;
  }

  private async write(batch: readonly Waiting[]): Promise<Place[]> {
    const { name, handle } = await this.file();
    const size = this.files.get(name) ?? { latest: 0, bytes: 0 };
    const start = this.torn ? Buffer.from('\n') : Buffer.alloc(0);
    const all = Buffer.concat([start, ...batch.map(({ bytes }) => bytes)]);
    // What a failed write left behind is not counted: where lines stand is asked of the file.
    let offset = (this.torn ? (await handle.stat()).size : size.bytes) + start.length;
    await handle.appendFile(all);
    this.torn = false;
    const places = batch.map(({ bytes }) => {
      const place = { file: name, offset, length: bytes.length - 1 };
      offset += bytes.length;
      return place;
    });
    const latest = Math.max(size.latest, ...batch.map(({ at }) => at));
    this.files.set(name, { latest, bytes: offset });
    return places;
  }

  /** The one that is written; a new one when it has grown. */
  private async file(): Promise<{ name: string; handle: FileHandle }> {
    const { current } = this;
    if (current && (this.files.get(current.name)?.bytes ?? 0) < FILE_BYTES) return current;
    const last = Number([...this.files.keys()].at(-1)?.slice(0, -'.log'.length) ?? 0);
    const name = `${String(last + 1).padStart(12, '0')}.log`;
    const handle = await open(join(this.folder, name), DURABLE, OWNER_ONLY);
    await current?.handle.close();
    this.torn = false;
    this.files.set(name, { latest: 0, bytes: 0 });
    this.current = { name, handle };
    await syncFolder(this.folder);
    return this.current;
  }
}

/** Offset and length of each line that was ended, without its end. */
function* linesOf(bytes: Buffer): Generator<[offset: number, length: number]> {
  for (let from = 0, end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, from)) {
    if (end > from) yield [from, end - from];
    from = end + 1;
  }
}
