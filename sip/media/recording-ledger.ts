/**
 * The recordings that are owed to an app, in a file: that they are over, until it has acknowledged that, and
 * then, where it fetches files, the file. One line when one begins, is told, is settled. What an edge that was
 * killed leaves in it, the next one finishes and tells. What is written belongs to the kernel and outlives
 * this process, which is all that is asked of it. Lines that come while one is written leave together.
 */
import { appendFile, closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { readJsonLines } from '../json-lines';

/** A recording that somebody waits for. */
export interface OwedRecording {
  recording: string;
  owner: string;
  session: string;
  /** Relative to the recordings folder. */
  path: string;
  /** It failed, and why; its file is left as it is. */
  failure?: string;
  /** It is whole and its app knows; the app has still to fetch the file. */
  told?: WholeFile;
}

/** What is in a recording's file, by which its copy is known to be whole. */
export interface WholeFile {
  bytes: number;
  /** In hex. */
  sha256: string;
}

type Line = { owed: OwedRecording } | { settled: string };

/** Lines that say nothing any more are thrown away once there are this many. */
const DEAD_LINES = 2000;
/** So long that a recording was told or settled waits for a line to go with; lost, it is told once more. */
const LATER_MS = 100;
/** That of `fs/promises` would open and close the file for every line. */
const appendTo = promisify(appendFile);

export class RecordingLedger {
  /** What the edge before has left. */
  readonly left: readonly OwedRecording[];
  private readonly owed = new Map<string, OwedRecording>();
  private lines = 0;
  private unwritten: Line[] = [];
  private later: NodeJS.Timeout | undefined;
  /** Open as long as this process lives. */
  private file: number | null = null;
  private tail: Promise<void> = Promise.resolve();

  /** Without a path nothing outlives this process. Throws when the file cannot be written. */
  constructor(
    private readonly path: string | undefined,
    private readonly log: Logger,
  ) {
    if (path !== undefined) {
      for (const line of readJsonLines<Line>(path)) this.apply(line);
      mkdirSync(dirname(path), { recursive: true });
      this.rewrite(path);
    }
    this.left = [...this.owed.values()];
  }

  /** Resolves when it would outlive this process. Never rejects: the talk is recorded all the same. */
  keep(owed: OwedRecording): Promise<void> {
    return this.write({ owed });
  }

  failed(recording: string, failure: string): void {
    const owed = this.owed.get(recording);
    if (owed !== undefined) void this.write({ owed: { ...owed, failure } });
  }

  /** The app has it in its own journal, and the file is here until it was fetched. */
  told(recording: string, { bytes, sha256 }: WholeFile): void {
    const owed = this.owed.get(recording);
    if (owed !== undefined) this.writeSoon({ owed: { ...owed, told: { bytes, sha256 } } });
  }

  /** The app has all of it, or nothing came of it. Should this be lost, it is told once more. */
  settle(recording: string): void {
    if (this.owed.has(recording)) this.writeSoon({ settled: recording });
  }

  /** Resolves when all that was said is written. */
  async close(): Promise<void> {
    await this.flush();
  }

  private apply(line: Line): void {
    if ('owed' in line) this.owed.set(line.owed.recording, line.owed);
    else this.owed.delete(line.settled);
  }

  private write(line: Line): Promise<void> {
    this.take(line);
    return this.flush();
  }

  private writeSoon(line: Line): void {
    this.take(line);
    if (this.unwritten.length > 0) this.later ??= setTimeout(() => void this.flush(), LATER_MS);
  }

  private take(line: Line): void {
    this.apply(line);
    if (this.path !== undefined) this.unwritten.push(line);
  }

  private flush(): Promise<void> {
    clearTimeout(this.later);
    this.later = undefined;
    this.tail = this.tail
      .then(() => this.append())
      .catch((err: unknown) => this.log.error({ err }, 'the ledger of recordings is not written'));
    return this.tail;
  }

  private async append(): Promise<void> {
    const { path } = this;
    const lines = this.unwritten.splice(0);
    if (path === undefined || lines.length === 0) return;
    if (this.file === null || this.lines > DEAD_LINES + 2 * this.owed.size)
      return this.rewrite(path);
    this.lines += lines.length;
    await appendTo(this.file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }

  /** By what is owed now. Some hundred lines at most, some times a day. */
  private rewrite(path: string): void {
    const lines = [...this.owed.values()].map((owed) => `${JSON.stringify({ owed })}\n`);
    writeFileSync(`${path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    const file = openSync(path, 'a');
    if (this.file !== null) closeSync(this.file);
    this.file = file;
    this.lines = lines.length;
  }
}
