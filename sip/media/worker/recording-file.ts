/**
 * A recording on disk: `<path>.part` while it grows, its header right after every window, so that it
 * can be played at any moment; `<path>` once it is whole and fsynced. Knows bytes, not sound.
 */
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  RECORDING_HEADER_LENGTH,
  recordingHeader,
  type RecordingFormat,
} from '../recording-format';
import { DiskFile } from './disk-file';

export class RecordingFile {
  private dataBytes = 0;
  /** What was written of a window that did not fit may stand behind the last one. */
  private isTorn = false;

  private constructor(
    private readonly path: string,
    private readonly format: RecordingFormat,
    private readonly file: DiskFile,
  ) {}

  /** Makes the folders and the file. Rejects, leaving no file, when it cannot, or there is one already. */
  static async create(path: string, format: RecordingFormat): Promise<RecordingFile> {
    await refuseTaken(path);
    const recording = new RecordingFile(path, format, await begin(partOf(path)));
    try {
      await recording.writeHeader(0);
    } catch (error) {
      await recording.discard();
      throw error;
    }
    return recording;
  }

  /**
   * The same recording in another folder, for which there is room, with all that it holds so far. Rejects,
   * leaving no file there, when that cannot be read here, or not be written there. Until it is whole it has
   * another name.
   */
  async moveTo(path: string): Promise<RecordingFile> {
    const copy = copyOf(path);
    try {
      await copyFile(partOf(this.path), copy);
      const moved = new RecordingFile(path, this.format, await DiskFile.open(copy, 'r+'));
      moved.dataBytes = this.dataBytes;
      try {
        await moved.trim();
        await rename(copy, partOf(path));
      } catch (error) {
        await moved.abandon();
        throw error;
      }
      return moved;
    } catch (error) {
      await rm(copy, { force: true });
      throw error;
    }
  }

  /** Adds interleaved samples, then counts them in the header: a reader never sees too much. */
  async append(data: Buffer): Promise<void> {
    try {
      await this.file.writeAll(data, RECORDING_HEADER_LENGTH + this.dataBytes);
      await this.writeHeader(this.dataBytes + data.length);
    } catch (error) {
      this.isTorn = true;
      throw error;
    }
    this.dataBytes += data.length;
  }

  /** Fsyncs, gives the file its name, and says what is in it. Nothing may be appended after. */
  async finish(): Promise<{ bytes: number; sha256: string }> {
    if (this.isTorn) await this.trim();
    return completeFile(this.file, this.path, RECORDING_HEADER_LENGTH + this.dataBytes);
  }

  /** Gives up; what was written stays under its `.part` name and can be played. */
  async abandon(): Promise<void> {
    await this.file.close();
  }

  /** Gives up, and leaves no file. */
  async discard(): Promise<void> {
    await this.file.close();
    await rm(partOf(this.path), { force: true });
  }

  /** Takes out what was written of a window that did not fit. */
  private async trim(): Promise<void> {
    await this.file.truncate(RECORDING_HEADER_LENGTH + this.dataBytes);
    await this.writeHeader(this.dataBytes);
  }

  private writeHeader(dataBytes: number): Promise<void> {
    return this.file.writeAll(recordingHeader(this.format, dataBytes), 0);
  }
}

/**
 * Fsyncs the file at `<path>.part`, which has so many bytes, gives it its name, and says what is in it. The file is
 * closed in any case.
 */
export async function completeFile(
  file: DiskFile,
  path: string,
  length: number,
): Promise<{ bytes: number; sha256: string }> {
  try {
    await file.sync();
    const content = await contentOf(file, length);
    await rename(partOf(path), path);
    await syncFolder(dirname(path));
    file.closeSynced();
    return content;
  } finally {
    await file.close();
  }
}

export function partOf(path: string): string {
  return `${path}.part`;
}

/** What is being copied from another folder. An edge that is killed leaves it, and it is worth nothing. */
export function copyOf(path: string): string {
  return `${path}.copy`;
}

/** Makes the folders. Rejects with EEXIST when a finished file of that name is there. */
export async function makeRoom(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await refuseTaken(path);
}

async function refuseTaken(path: string): Promise<void> {
  if (await exists(path)) throw Object.assign(new Error(`EEXIST: ${path}`), { code: 'EEXIST' });
}

/** The first recording of a day finds no folder; all others are spared the look. */
async function begin(path: string): Promise<DiskFile> {
  const openNew = () => DiskFile.open(path, 'wx+', 0o640);
  try {
    return await openNew();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return openNew();
  }
}

/** The new name is durable only when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await DiskFile.open(path, 'r');
  try {
    await folder.sync();
    folder.closeSynced();
  } finally {
    await folder.close();
  }
}

/** Read from the file, which has so many bytes, so that it is what a reader gets. */
export async function contentOf(
  file: DiskFile,
  length: number,
): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  // 64 KB a turn keeps the packets of other calls waiting for less than 0.5 ms.
  const chunk = Buffer.allocUnsafe(65_536);
  let bytes = 0;
  for (let read = 1; read > 0 && bytes < length; bytes += read) {
    read = await file.read(chunk, bytes);
    hash.update(chunk.subarray(0, read));
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
