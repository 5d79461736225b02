/**
 * The headers of a tar as POSIX has it (ustar, IEEE Std 1003.1 "pax"), so that any tar can look into what we write. Files of
 * their owner alone, and nothing but files.
 */

export const BLOCK = 512;
/** What eleven octal digits hold; larger sizes stand there in binary, as GNU tar writes them. */
const OCTAL_MOST = 8 ** 11;

/** What fills up the last block of a file of so many bytes. */
export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** After the last file. */
export const endOfTar = (): Buffer => Buffer.alloc(2 * BLOCK);

/** Of a file with that path, so many bytes, changed then (seconds since 1970). Throws for a path that the format cannot hold. */
export function headerOf(path: string, size: number, seconds = 0): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, name] = splitName(path);
  header.write(name, 0, 100, 'utf8');
  header.write('0000600\x000000000\x000000000\x00', 100, 'latin1');
  writeSize(header, size);
  header.write(octal(seconds), 136, 'latin1');
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

const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`;

function writeSize(header: Buffer, size: number): void {
  if (size < OCTAL_MOST) header.write(octal(size), 124, 'latin1');
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
}

/** Null: the block is no header. */
export function fileOf(header: Buffer): { path: string; size: number } | null {
  const sum = Number.parseInt(header.toString('latin1', 148, 154), 8);
  if (sum !== checksum(header)) return null;
  const text = (from: number, to: number) =>
    header.toString('utf8', from, to).replace(/\0.*$/s, '');
  const [prefix, name] = [text(345, 500), text(0, 100)];
  return { path: prefix === '' ? name : `${prefix}/${name}`, size: sizeIn(header) };
}

function sizeIn(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  return Number.parseInt(header.toString('latin1', 124, 135), 8);
}

/** Of all bytes, its own field counted as blanks. */
const checksum = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);
