/**
 * A backup in one file: tar as POSIX has it (ustar, IEEE Std 1003.1 "pax"), so that any tar can look into it. Written from
 * the first byte to the last; read at any place, for each file stands in it as it is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Pace, Written } from './copy';
import { BackupFault } from './manifest';

const BLOCK = 512;
/** What eleven octal digits hold; larger sizes stand there in binary, as GNU tar writes them. */
const OCTAL_MOST = 8 ** 11;

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
    await this.file.appendFile(Buffer.alloc(2 * BLOCK));
    await this.file.sync();
    await this.file.close();
  }

  /** Leaves it as it is. */
  async breakOff(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}

const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

function headerOf(path: string, size: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, name] = splitName(path);
  header.write(name, 0, 100, 'utf8');
  header.write('0000600\x000000000\x000000000\x00', 100, 'latin1');
  writeSize(header, size);
  header.write('00000000000\0', 136, 'latin1');
  header.write('        0', 148, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(prefix, 345, 155, 'utf8');
  header.write(`${checksum(header).toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** A name of more than 100 bytes stands in two fields, parted at a slash. */
function splitName(path: string): [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) return [prefix, name];
  }
  throw new Error(`too long a name: ${path}`);
}

function writeSize(header: Buffer, size: number): void {
  if (size < OCTAL_MOST) header.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
}

function sizeIn(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 135), 8);
}

/** Of all bytes, its own field counted as blanks. */
const checksum = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);

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
      const sum = Number.parseInt(header.toString('latin1', 148, 154), 8);
      if (sum !== checksum(header)) throw new BackupFault(at === 0 ? 'NO_BACKUP' : 'DAMAGED', path);
      const [from, size] = [at + BLOCK, sizeIn(header)];
      at = from + size + padding(size);
      if (!(at <= length)) throw new BackupFault('DAMAGED', path);
      entries.set(nameIn(header), { from, size });
    }
  } finally {
    await file.close();
  }
}

function nameIn(header: Buffer): string {
  const text = (from: number, to: number) =>
    header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const [prefix, name] = [text(345, 500), text(0, 100)];
  return prefix === '' ? name : `${prefix}/${name}`;
}

export const contentOf = (path: string, { from, size }: Entry): Readable =>
  size === 0 ? Readable.from([]) : createReadStream(path, { start: from, end: from + size - 1 });
