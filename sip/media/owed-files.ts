/**
 * The finished recordings that an app on another host has still to fetch: which they are, where they lie,
 * and that they go when the app has them. Where apps share our folders nothing is kept for anybody.
 */
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedFile } from './messages';
import type { RecordingLedger, WholeFile } from './recording-ledger';

/** A file that waits for its app. */
export interface OwedFile extends WholeFile {
  recording: string;
  /** Relative to a recordings folder. */
  path: string;
}

export interface OwedFilesOptions {
  /** False: apps read our folders, and nothing is owed once they know of a recording. */
  filesAreFetched: boolean;
  /** Absolute. A recording lies in one of them. */
  folders: readonly string[];
}

interface Owed {
  owner: string;
  order: number;
  file: OwedFile;
  /** The app has in its journal that there is such a recording. */
  told: boolean;
}

/** Most that are listed at once. */
const PAGE = 200;

export class OwedFiles {
  /** By recording, in the order in which they were finished. */
  private readonly owed = new Map<string, Owed>();
  private lastOrder = 0;

  /** What an edge before this one has told goes on being owed. */
  constructor(
    private readonly ledger: RecordingLedger,
    private readonly options: OwedFilesOptions,
  ) {
    for (const { recording, owner, path, told } of ledger.left) {
      if (told === undefined) continue;
      if (options.filesAreFetched) this.add(owner, { recording, path, ...told }, true);
      else ledger.settle(recording);
    }
  }

  /** A recording is over, and its app is about to be told. */
  finished(owner: string, recording: string, file: RecordedFile): void {
    if (!this.options.filesAreFetched || file.result === 'failed') return;
    const { path, bytes, sha256 } = file;
    this.add(owner, { recording, path, bytes, sha256 }, false);
  }

  /** The app has in its journal that the recording is over. */
  told(recording: string): void {
    const owed = this.owed.get(recording);
    if (owed === undefined) return this.ledger.settle(recording);
    owed.told = true;
    this.ledger.told(recording, owed.file);
  }

  /**
   * Those that the app knows of, oldest first, at most 200; `next` is where the following ones begin, null at
   * the end. Of the others it is still being told, and fetches them when that is in its journal.
   */
  list(owner: string, after = 0): { files: OwedFile[]; next: number | null } {
    const own = [...this.owed.values()].filter(
      (one) => one.told && one.owner === owner && one.order > after,
    );
    const page = own.slice(0, PAGE);
    const next = own.length > PAGE ? (page.at(-1)?.order ?? null) : null;
    return { files: page.map(({ file }) => file), next };
  }

  /** Null when it is not owed to this app. */
  find(owner: string, recording: string): OwedFile | null {
    const owed = this.owed.get(recording);
    return owed?.owner === owner ? owed.file : null;
  }

  /** Where the recording lies; null when its file is gone. */
  async placeOf({ path }: OwedFile): Promise<string | null> {
    for (const folder of this.options.folders) {
      const place = join(folder, path);
      const found = await stat(place).catch(() => null);
      if (found?.isFile()) return place;
    }
    return null;
  }

  /**
   * The app has the file on its own disk: ours goes, and then the memory of it. Who is killed in between
   * deletes once more. What is not owed to this app is left alone.
   */
  async fetched(owner: string, recording: string): Promise<void> {
    const file = this.find(owner, recording);
    if (file === null) return;
    for (const folder of this.options.folders) {
      const place = join(folder, file.path);
      await rm(place, { force: true });
      await rm(`${place}.json`, { force: true });
    }
    this.owed.delete(recording);
    this.ledger.settle(recording);
  }

  private add(owner: string, file: OwedFile, told: boolean): void {
    this.owed.set(file.recording, { owner, order: ++this.lastOrder, file, told });
  }
}
