import { mkdirSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { ServedCaller } from '../../control/protocol';
import { readJsonLines } from '../../json-lines';

/** A caller whom the edge served, and whose app has not acknowledged it yet. */
export interface Served {
  id: string;
  app: string;
  caller: ServedCaller;
}

type Line = { served: Served } | { done: string };

/**
 * The callers whom the edge served by itself, in a file of their own until their app has acknowledged
 * them: one line a fact, the last one about an id counts. A line that was cut off by a crash is left
 * out. The file is emptied whenever nobody in it is waited for.
 */
export class ServedFile {
  private readonly open = new Map<string, Served>();
  private file: FileHandle | undefined;
  private closed = false;
  /** Not yet given to the disk, and what becomes of them. */
  private readonly lines: string[] = [];
  private batch: Promise<void> | undefined;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly log: Logger,
  ) {
    for (const line of readJsonLines<Line>(path)) {
      if ('served' in line) this.open.set(line.served.id, line.served);
      else this.open.delete(line.done);
    }
  }

  /** Those that their app has not acknowledged. */
  of(app: string): Served[] {
    return [...this.open.values()].filter((served) => served.app === app);
  }

  /** On disk when it resolves; rejects when the disk refuses, and memory has it all the same. */
  keep(served: Served): Promise<void> {
    this.open.set(served.id, served);
    return this.append({ served });
  }

  /** The app has it in its own journal. Should this line be lost, it is told once more. */
  done(id: string): void {
    this.open.delete(id);
    this.append({ done: id }).catch((err: unknown) =>
      this.log.error({ err }, 'a served caller stays in the file'),
    );
  }

  /** What comes later is left to the next edge, which finds the caller as he was written down last. */
  async close(): Promise<void> {
    this.closed = true;
    await this.tail;
    await this.file?.close();
    this.file = undefined;
  }

  /** Lines that come while the disk is at work go together, so that a rush of callers waits for few of its turns. */
  private append(line: Line): Promise<void> {
    this.lines.push(`${JSON.stringify(line)}\n`);
    this.batch ??= this.inOrder(() => {
      this.batch = undefined;
      return this.write(this.lines.splice(0));
    });
    return this.batch;
  }

  private async write(lines: string[]): Promise<void> {
    if (this.closed) return;
    if (this.file === undefined) {
      mkdirSync(dirname(this.path), { recursive: true });
      this.file = await open(this.path, 'a', 0o600);
    }
    if (this.open.size === 0) return this.file.truncate(0);
    await this.file.appendFile(lines.join(''));
    await this.file.sync();
  }

  private inOrder(work: () => Promise<void>): Promise<void> {
    const done = this.tail.then(work);
    this.tail = done.catch(() => undefined);
    return done;
  }
}
