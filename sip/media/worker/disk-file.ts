/**
 * An open file by its descriptor, each operation one turn of a thread that does files. The handles of
 * `fs/promises` make an array of 36 numbers for each turn, and some dozens of turns are a recording.
 */
import { close, closeSync, fstat, fsync, ftruncate, open, read, write, type Stats } from 'node:fs';

type Done<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

export class DiskFile {
  private isOpen = true;
  /** The latest operation; a descriptor that is closed under it may be another file's by then. */
  private latest: Promise<unknown> = Promise.resolve();

  private constructor(private readonly descriptor: number) {}

  /** `flags` as `fs.open` has them. Nobody else closes it. */
  static async open(path: string, flags: string, mode?: number): Promise<DiskFile> {
    return new DiskFile(await turn<number>((done) => open(path, flags, mode, done)));
  }

  /** Writes all of it. A disk that is nearly full takes a part only; the next attempt then says ENOSPC. */
  async writeAll(data: Buffer, position: number): Promise<void> {
    for (let from = 0; from < data.length;) {
      const [begin, length] = [from, data.length - from];
      from += await this.turn<number>((fd, done) =>
        write(fd, data, begin, length, position + begin, done),
      );
    }
  }

  /** Answers how many bytes were read, 0 at the end of the file. */
  read(into: Buffer, position: number): Promise<number> {
    return this.turn((fd, done) => read(fd, into, 0, into.length, position, done));
  }

  stat(): Promise<Stats> {
    return this.turn((fd, done) => fstat(fd, done));
  }

  async truncate(length: number): Promise<void> {
    await this.turn<void>((fd, done) => ftruncate(fd, length, (error) => done(error, undefined)));
  }

  async sync(): Promise<void> {
    await this.turn<void>((fd, done) => fsync(fd, (error) => done(error, undefined)));
  }

  /** Once; later ones do nothing. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    await this.latest.catch(() => undefined);
    await turn<void>((done) => close(this.descriptor, (error) => done(error ?? null, undefined)));
  }

  /** The same without a turn, for what was just fsynced: nothing is left for which a disk is waited for. */
  closeSynced(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    closeSync(this.descriptor);
  }

  private turn<T>(begin: (descriptor: number, done: Done<T>) => void): Promise<T> {
    const result = turn<T>((done) => begin(this.descriptor, done));
    this.latest = result;
    return result;
  }
}

function turn<T>(begin: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    begin((error, result) => (error ? reject(error) : resolve(result)));
  });
}
