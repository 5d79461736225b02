/**
 * A recording's manifest on disk: lines that are added while it runs (`<path>.json.part`), one object when
 * it is over (`<path>.json`). A line that was cut off is no line; the next one takes its place.
 */
import {
  copyFile,
  open,
  readFile,
  rename,
  rm,
  unlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { jsonLines } from '../../json-lines';
import type { Manifest, ManifestHead, ManifestLine } from '../recording-manifest';
import { writeAll } from './recording-file';

export class ManifestFile {
  /** Bytes of whole lines. */
  private length = 0;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** `path` is the recording's; its folder is there. Rejects, leaving no file, when it cannot. */
  static async create(path: string, head: ManifestHead): Promise<ManifestFile> {
    const manifest = new ManifestFile(path, await open(linesOf(path), 'w', 0o640));
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
      const moved = new ManifestFile(path, await open(linesOf(path), 'r+'));
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

  /** The lines are gone when the whole manifest is safe. On a full disk it is written over them. */
  async finish(manifest: Manifest): Promise<void> {
    await this.file.close();
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

  private async addText(object: object): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(object)}\n`);
    await writeAll(this.file, line, this.length);
    this.length += line.length;
  }
}

/** Writes the whole manifest beside the recording at `path` in place of its lines. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const whole = `${path}.json`;
  const draft = `${whole}.new`;
  const text = `${JSON.stringify(manifest)}\n`;
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
async function overwriteLines(path: string, text: string): Promise<void> {
  const file = await open(linesOf(path), 'r+');
  try {
    await writeAll(file, Buffer.from(text), 0);
    await file.truncate(Buffer.byteLength(text));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What an edge that was killed left; null when it had not even written the head. */
export async function readManifestLines(
  path: string,
): Promise<{ head: ManifestHead; lines: ManifestLine[] } | null> {
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
