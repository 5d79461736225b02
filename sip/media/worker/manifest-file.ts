/**
 * A recording's manifest on disk: lines that are added while it runs (`<path>.json.part`), one object when
 * it is over (`<path>.json`). A line that was cut off is no line; the next one takes its place.
 */
import { copyFile, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { jsonLines } from '../../json-lines';
import type { Manifest, ManifestHead, ManifestLine } from '../recording-manifest';
import { DiskFile } from './disk-file';

/** What is written at once, killed or not: a page of memory. */
const AT_ONCE_BYTES = 4096;

export class ManifestFile {
  /** Bytes of whole lines. */
  private length = 0;

  private constructor(
    private readonly path: string,
    private readonly file: DiskFile,
  ) {}

  /** `path` is the recording's; its folder is there. Rejects, leaving no file, when it cannot. */
  static async create(path: string, head: ManifestHead): Promise<ManifestFile> {
    const manifest = new ManifestFile(path, await DiskFile.open(linesOf(path), 'w', 0o640));
    try {
      await manifest.addText(head);
    } catch (error) {
      await manifest.discard();
      throw error;
    }
    return manifest;
  }

  /** The same lines beside the same recording in another folder. */
  async moveTo(path: string): Promise<ManifestFile> {
    try {
      await copyFile(linesOf(this.path), linesOf(path));
      const moved = new ManifestFile(path, await DiskFile.open(linesOf(path), 'r+'));
      moved.length = this.length;
      return moved;
    } catch (error) {
      await removeLines(path);
      throw error;
    }
  }

  async add(line: ManifestLine): Promise<void> {
    await this.addText(line);
  }

  /**
   * The lines are gone when the whole manifest is safe. A short one is written over them: a file less to make and
   * to delete for every recording, and no room that a full disk has not.
   */
  async finish(manifest: Manifest): Promise<void> {
    const text = textOf(manifest);
    try {
      if (text.length <= AT_ONCE_BYTES) return await this.writeOver(text);
    } finally {
      await this.file.close();
    }
    await writeManifest(this.path, manifest);
  }

  /** Gives up; the lines stay. */
  async abandon(): Promise<void> {
    await this.file.close();
  }

  /** Gives up, and leaves no file. */
  async discard(): Promise<void> {
    await this.file.close();
    await removeLines(this.path);
  }

  private async writeOver(text: Buffer): Promise<void> {
    await overwrite(this.file, text, this.length);
    await rename(linesOf(this.path), `${this.path}.json`);
  }

  private async addText(object: object): Promise<void> {
    const line = textOf(object);
    await this.file.writeAll(line, this.length);
    this.length += line.length;
  }
}

/** Writes the whole manifest beside the recording at `path` in place of its lines. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const whole = `${path}.json`;
  const draft = `${whole}.new`;
  const text = textOf(manifest);
  try {
    await writeFile(draft, text, { mode: 0o640, flush: true });
    await rename(draft, whole);
  } catch {
    await rm(draft, { force: true });
    await overwriteLines(path, text);
    await rename(linesOf(path), whole);
  }
  await removeLines(path);
}

/** The room of the lines is ours already, and they were longer. */
async function overwriteLines(path: string, text: Buffer): Promise<void> {
  const file = await DiskFile.open(linesOf(path), 'r+');
  try {
    await overwrite(file, text, Infinity);
  } finally {
    await file.close();
  }
}

/** Of the `length` bytes that were there nothing is left. */
async function overwrite(file: DiskFile, text: Buffer, length: number): Promise<void> {
  await file.writeAll(text, 0);
  if (text.length < length) await file.truncate(text.length);
  await file.sync();
  file.closeSynced();
}

/** What an edge that was killed left: lines, perhaps the whole manifest in their place. Null: not even a head. */
export async function readManifestLines(
  path: string,
): Promise<{ head: ManifestHead | Manifest; lines: ManifestLine[] } | null> {
  const text = await readFile(linesOf(path), 'utf8').catch(() => '');
  const [head, ...lines] = jsonLines(text);
  return head === undefined ? null : { head: head as ManifestHead, lines: lines as ManifestLine[] };
}

/** `rm` would look at the file first, which is a turn of the disk for every recording. */
async function removeLines(path: string): Promise<void> {
  await unlink(linesOf(path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

export function linesOf(path: string): string {
  return `${path}.json.part`;
}

function textOf(object: object): Buffer {
  return Buffer.from(`${JSON.stringify(object)}\n`);
}
