import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { HotlineList } from '../../control/ports';

/**
 * What apps said of their hotlines, on disk: an edge that starts while no app is there knows whose
 * callers it must serve. Written whole, then renamed, so that it is never half a file.
 */
export class HotlineFile {
  private readonly lists: Record<string, HotlineList>;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {
    this.lists = read(path, log);
  }

  /** By app name. */
  all(): [string, HotlineList][] {
    return Object.entries(this.lists);
  }

  /** Writes it down when it is news; a disk that refuses is only logged: memory serves on. */
  keep(app: string, list: HotlineList): void {
    if (JSON.stringify(this.lists[app]) === JSON.stringify(list)) return;
    this.lists[app] = list;
    const text = JSON.stringify(this.lists);
    this.writing = this.writing
      .then(() => write(this.path, text))
      .catch((err: unknown) => this.log.error({ err }, 'the list of hotlines was not written'));
  }

  /** Resolves when all is on disk. */
  flushed(): Promise<void> {
    return this.writing;
  }
}

function read(path: string, log: Logger): Record<string, HotlineList> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, HotlineList>;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code !== 'ENOENT') {
      log.error({ err }, 'the list of hotlines cannot be read; the app tells it again');
    }
    return {};
  }
}

async function write(path: string, text: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
