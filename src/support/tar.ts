/** A tar of small files, held in memory as a whole. */
import type { Instant } from '../domain/time';
import { endOfTar, headerOf, padding } from '../ustar';

export interface TarEntry {
  name: string;
  content: Buffer;
}

/** Throws for a name that the format cannot hold. */
export function tar(entries: readonly TarEntry[], at: Instant): Buffer {
  const parts = entries.flatMap(({ name, content }) => [
    headerOf(name, content.length, Math.floor(at / 1000)),
    content,
    Buffer.alloc(padding(content.length)),
  ]);
  return Buffer.concat([...parts, endOfTar()]);
}
