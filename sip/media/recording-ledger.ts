/**
 * The recordings that are owed to an app, in a file: that they are over, until it has acknowledged that, and
 * then, where it fetches files, the file. One line when one begins, is told, is settled. What an edge that was
 * killed leaves in it, the next one finishes and tells. What is written belongs to the kernel and outlives
 * this process, which is all that is asked of it.
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
/** That of `fs/promises` would open and close the file for every line. */
const appendTo = promisify(appendFile);

export class RecordingLedger {
  /** What the edge before has left. */
  readonly left: readonly OwedRecording[];
  private readonly owed = new Map<string, OwedRecording>();
  private lines = 0;
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
    if (owed !== undefined) void this.write({ owed: { ...owed, told: { bytes, sha256 } } });
  }

  /** The app has all of it, or nothing came of it. Should this be lost, it is told once more. */
  settle(recording: string): void {
    if (this.owed.has(recording)) void this.write({ settled: recording });
  }

  private apply(line: Line): void {
    if ('owed' in line) this.owed.set(line.owed.recording, line.owed);
    else this.owed.delete(line.settled);
  }

  private write(line: Line): Promise<void> {
    const { path } = this;
    this.apply(line);
    if (path === undefined) return Promise.resolve();
    this.tail = this.tail
      .then(() => this.append(path, line))
      .catch((err: unknown) => this.log.error({ err }, 'the ledger of recordings is not written'));
    return this.tail;
  }

  private async append(path: string, line: Line): Promise<void> {
    if (this.file === null || this.lines > DEAD_LINES + 2 * this.owed.size)
      return this.rewrite(path);
    this.lines += 1;
    await appendTo(this.file, `${JSON.stringify(line)}\n`);
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
