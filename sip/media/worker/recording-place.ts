/**
 * A recording in one folder: its sound and the lines of its manifest, which are begun, moved and ended
 * together. In which folder, and what of a refusal, is decided elsewhere.
 */
import type { Folder } from '../messages';
import type { RecordingFormat } from '../recording-format';
import type { Manifest, ManifestHead, ManifestLine } from '../recording-manifest';
import { ManifestFile } from './manifest-file';
import { makeRoom, RecordingFile } from './recording-file';

export interface FolderPath {
  folder: Folder;
  /** Absolute, of the finished file. */
  file: string;
}

export class RecordingPlace {
  private constructor(
    readonly folder: Folder,
    readonly sound: RecordingFile,
    private readonly manifest: ManifestFile,
  ) {}

  /** Rejects, leaving no file, when the folder refuses. */
  static async open(
    { folder, file }: FolderPath,
    format: RecordingFormat,
    head: ManifestHead,
  ): Promise<RecordingPlace> {
    const sound = await RecordingFile.create(file, format);
    try {
      return new RecordingPlace(folder, sound, await ManifestFile.create(file, head));
    } catch (error) {
      await sound.discard();
      throw error;
    }
  }

  /** All of it in another folder, and nothing here. Rejects, with all as it was, when that cannot be. */
  async moveTo({ folder, file }: FolderPath): Promise<RecordingPlace> {
    await makeRoom(file);
    const manifest = await this.manifest.moveTo(file);
    try {
      // The sound last: whoever finds it finds its lines.
      const moved = new RecordingPlace(folder, await this.sound.moveTo(file), manifest);
      await this.sound.discard().catch(() => undefined);
      await this.manifest.discard().catch(() => undefined);
      return moved;
    } catch (error) {
      await manifest.discard();
      throw error;
    }
  }

  addLine(line: ManifestLine): Promise<void> {
    return this.manifest.add(line);
  }

  /** The file has its name, and its manifest lies beside it. Rejects when the folder refuses. */
  async finish(describe: (file: { bytes: number; sha256: string }) => Manifest): Promise<Manifest> {
    const manifest = describe(await this.sound.finish());
    await this.manifest.finish(manifest);
    return manifest;
  }

  /** What was written stays. */
  async abandon(): Promise<void> {
    await this.sound.abandon().catch(() => undefined);
    await this.manifest.abandon().catch(() => undefined);
  }
}
