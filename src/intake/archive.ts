/** The parts of a workbook, which is a ZIP archive: found by name, unpacked piece by piece, and never beyond a limit. */
import type { Readable } from 'node:stream';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { open, type Entry, type ZipFile } from 'yauzl';
import { CodedError } from '../domain/errors';
import { tooLarge, type Limits } from './limits';

/** More parts than a workbook of people can have. */
const PARTS = 10_000;

export class Archive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly parts: ReadonlyMap<string, Entry>,
    private readonly limits: Limits,
  ) {}

  /** Rejects with `IMPORT_UNREADABLE`, when it is no archive or a broken one. */
  static async open(path: string, limits: Limits): Promise<Archive> {
    try {
      const zip = await opened(path);
      return new Archive(zip, await entriesOf(zip), limits);
    } catch (error) {
      throw unreadable(error);
    }
  }

  has(name: string): boolean {
    return this.parts.has(name);
  }

  /** Text of a part, in pieces; of a part that there is not, nothing. Rejects with `IMPORT_TOO_LARGE`. */
  async *text(name: string): AsyncGenerator<string> {
    const entry = this.parts.get(name);
    if (entry === undefined) return;
    const { partBytes } = this.limits;
    if (entry.uncompressedSize > partBytes) throw tooLarge('partBytes', partBytes);
    let bytes = 0;
    try {
      const stream = await streamOf(this.zip, entry);
      const decoder = new TextDecoder();
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > partBytes) throw tooLarge('partBytes', partBytes);
        yield decoder.decode(chunk, { stream: true });
        await othersTurn();
      }
      yield decoder.decode();
    } catch (error) {
      throw unreadable(error);
    }
  }

  close(): void {
    this.zip.close();
  }
}

export const unreadable = (error: unknown): CodedError =>
  error instanceof CodedError
    ? error
    : new CodedError('IMPORT_UNREADABLE', error instanceof Error ? error.message : String(error));

const opened = (path: string): Promise<ZipFile> =>
  new Promise((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    ),
  );

const streamOf = (zip: ZipFile, entry: Entry): Promise<Readable> =>
  new Promise((resolve, reject) =>
    zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream))),
  );

const entriesOf = (zip: ZipFile): Promise<Map<string, Entry>> =>
  new Promise((resolve, reject) => {
    const parts = new Map<string, Entry>();
    zip.on('entry', (entry) => {
      // Some programs write a leading slash or a backslash.
      parts.set(entry.fileName.replaceAll('\\', '/').replace(/^\//, ''), entry);
      if (parts.size > PARTS) reject(new Error('too many parts'));
      else zip.readEntry();
    });
    zip.on('end', () => resolve(parts));
    zip.on('error', reject);
    zip.readEntry();
  });
