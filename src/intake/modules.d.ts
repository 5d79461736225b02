/** What of yauzl is used here. */
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  interface Entry {
    fileName: string;
    uncompressedSize: number;
  }

  interface ZipFile {
    readEntry(): void;
    openReadStream(entry: Entry, done: (error: Error | null, stream: Readable) => void): void;
    close(): void;
    on(event: 'entry', listener: (entry: Entry) => void): void;
    on(event: 'end', listener: () => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
  }

  export function open(
    path: string,
    options: { lazyEntries: true; autoClose: false },
    done: (error: Error | null, zip: ZipFile) => void,
  ): void;
}
