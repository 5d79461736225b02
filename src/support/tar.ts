/** A tar archive of small files, as POSIX.1-1988 (ustar) has it: names of at most 100 bytes in ASCII, for the owner only. */
import type { Instant } from '../domain/time';

export interface TarEntry {
  name: string;
  content: Buffer;
}

const BLOCK = 512;
const octal = (value: number, width: number): string =>
  `${value.toString(8).padStart(width - 1, '0')}\0`;

/** Throws for a name that the format cannot hold. */
export function tar(entries: readonly TarEntry[], at: Instant): Buffer {
  const parts = entries.flatMap(({ name, content }) => [
    header(name, content.length, Math.floor(at / 1000)),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number, seconds: number): Buffer {
  if (!/^[\x21-\x7e]{1,100}$/.test(name)) throw new Error(`tar cannot hold the name ${name}`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(octal(0o600, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(seconds, 12), 136);
  // The sum is made with blanks in its own place.
  block.fill(' ', 148, 156);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
