/**
 * A recording's manifest on disk: lines that are added while it runs (`<path>.json.part`), one object when
 * it is over (`<path>.json`). A line that was cut off is no line; the recording goes on without a manifest
 * when the disk refuses, which its last one then shows.
 */
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { jsonLines } from '../../json-lines';
import type { Manifest, ManifestHead, ManifestLine } from '../recording-manifest';

export class ManifestFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** `path` is the recording's; its folder is there. */
  static async create(path: string, head: ManifestHead): Promise<ManifestFile> {
    const file = await open(linesOf(path), 'w', 0o640);
    await file.appendFile(`${JSON.stringify(head)}\n`);
    return new ManifestFile(path, file);
  }

  async add(line: ManifestLine): Promise<void> {
    await this.file.appendFile(`${JSON.stringify(line)}\n`);
  }

  /** The lines are gone when the whole manifest is safe. */
  async finish(manifest: Manifest): Promise<void> {
    await this.file.close();
    await writeManifest(this.path, manifest);
  }

  /** Gives up; the lines stay. */
  async abandon(): Promise<void> {
    await this.file.close();
  }
}

/** Writes the whole manifest beside the recording at `path` in place of its lines. */
export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  const whole = `${path}.json`;
  const draft = `${whole}.new`;
  await writeFile(draft, `${JSON.stringify(manifest)}\n`, { mode: 0o640, flush: true });
  await rename(draft, whole);
  await rm(linesOf(path), { force: true });
}

/** What an edge that was killed left; null when it had not even written the head. */
export async function readManifestLines(
  path: string,
): Promise<{ head: ManifestHead; lines: ManifestLine[] } | null> {
  const text = await readFile(linesOf(path), 'utf8').catch(() => '');
  const [head, ...lines] = jsonLines(text);
  return head === undefined ? null : { head: head as ManifestHead, lines: lines as ManifestLine[] };
}

function linesOf(path: string): string {
  return `${path}.json.part`;
}
