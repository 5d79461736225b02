/**
 * The phones' bindings on disk, so that a restarted app can ring them at once. A REGISTER is answered 200
 * when its line is fsynced: a killed process, or a machine without power, loses none that a phone believes
 * in. A line says all bindings of one phone; the last one counts, and one torn by the fall counts for nothing.
 *
 * A disk that refuses or hangs keeps no phone out: then the 200 is given all the same, and the log says so.
 */
import { readFileSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { PhoneId } from '../domain/ids';
import type { Binding } from './bindings';

/** A phone repeats its REGISTER after half a second, and gives up after 32. */
const DISK_PATIENCE_MS = 1000;
/** The file is written anew when it is this large, and four times as large as it needs to be. */
const COMPACT_FROM_BYTES = 256 * 1024;
const COMPACT_FROM_TIMES = 4;

interface Line {
  phone: PhoneId;
  bindings: Binding[];
}

export class BindingJournal {
  private readonly state = new Map<PhoneId, Binding[]>();
  private lines: string[] = [];
  private waiting: (() => void)[] = [];
  private writing: Promise<void> | null = null;
  /** Undefined until the first line of this life, and after a failure: then all is written anew. */
  private file: FileHandle | undefined;
  private bytes = 0;
  private compactAt = 0;

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {
    for (const { phone, bindings } of readLines(path)) this.state.set(phone, bindings);
  }

  /** Bindings of the former run; none when the file is missing. */
  read(): Binding[] {
    return [...this.state.values()].flat();
  }

  /** These are the phone's bindings now. Resolves when that is on disk, at the latest after 1 s; never rejects. */
  keep(phone: PhoneId, bindings: Binding[]): Promise<void> {
    if (bindings.length > 0) this.state.set(phone, bindings);
    else this.state.delete(phone);
    this.lines.push(lineOf({ phone, bindings }));
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.log.error('registrations are answered that are not on disk: it does not answer');
        resolve();
      }, DISK_PATIENCE_MS);
      this.waiting.push(() => {
        clearTimeout(late);
        resolve();
      });
      this.writing ??= this.write();
    });
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
    this.file = undefined;
  }

  /** What comes while the disk is at work shares the next fsync. */
  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const text = this.lines.join('');
      const waiting = this.waiting;
      this.lines = [];
      this.waiting = [];
      try {
        if (this.file === undefined || this.bytes > this.compactAt) await this.compact();
        else await this.append(this.file, text);
      } catch (error) {
        this.log.error({ error }, 'registrations could not be written to disk');
        await this.file?.close().catch(() => undefined);
        this.file = undefined;
      }
      for (const done of waiting) done();
    }
    this.writing = null;
  }

  private async append(file: FileHandle, text: string): Promise<void> {
    await file.appendFile(text);
    await file.datasync();
    this.bytes += text.length;
  }

  private async compact(): Promise<void> {
    const draft = `${this.path}.part`;
    const text = [...this.state].map(([phone, bindings]) => lineOf({ phone, bindings })).join('');
    const file = await open(draft, 'w', 0o600);
    try {
      await file.appendFile(text);
      await file.sync();
      await rename(draft, this.path);
      await syncFolder(dirname(this.path));
    } catch (error) {
      await file.close();
      throw error;
    }
    await this.file?.close();
    this.file = file;
    this.bytes = text.length;
    this.compactAt = Math.max(COMPACT_FROM_BYTES, COMPACT_FROM_TIMES * text.length);
  }
}

const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;

function readLines(path: string): Line[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    try {
      const value = JSON.parse(line) as Partial<Line> | null;
      const { phone, bindings } = value ?? {};
      return phone !== undefined && Array.isArray(bindings) ? [{ phone, bindings }] : [];
    } catch {
      return [];
    }
  });
}

/** A renamed file is in its folder for good when the folder is fsynced too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
