/**
 * The local journal: what the domain wants kept is appended here and fsynced before anybody is told
 * of it; replay.ts brings it into the database in order. Records that come while a fsync is under
 * way share the next one.
 *
 * Each life of the app begins a new segment, so that nothing is ever written behind a torn line.
 */
import { constants } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import type { JournalEntry, JournalRecord } from '../domain/records';
import type { Instant } from '../domain/time';
import { lockJournal } from './journal-lock';
import { JournalPast } from './journal-past';
import { listSegments, readMark, segmentPath, syncFolder, type Position } from './journal-segments';
import type { Log } from './log';
import type { Journal, MakeId } from './ports';

/** Where the journal lies and what it needs. */
export interface JournalOptions {
  /** Made when missing; `<data>/journal`. */
  folder: string;
  makeId: MakeId;
  log: Log;
  /** A segment that has grown beyond this is followed by a new one. Default 8 MiB. */
  segmentBytes?: number;
  /** Of the claim by which this app is active; a later one may end it. */
  epoch?: number;
  /** Nothing is thrown away before `neededSince`. */
  keepsAll?: boolean;
}

/**
 * A write is answered when it is on disk (open(2), O_DSYNC): one turn between threads for what a write and an fdatasync
 * behind it took two for.
 */
const DURABLE = constants.O_WRONLY | constants.O_CREAT | constants.O_DSYNC;
/** Numbers of callers and hashes of passwords stand in it, and the data folder may be one that somebody else has made. */
const OWNER_ONLY = 0o600;
/** A crash of the machine may cost this much of what nobody was told yet. */
const GATHER_MS = 10;
const SEGMENT_BYTES = 8 * 1024 * 1024;
/** A disk that refuses (full, gone) is asked again after this while, for ever. */
const WRITE_AGAIN_MS = 500;

type Complete = JournalOptions & Pick<Required<JournalOptions>, 'segmentBytes'>;

interface Opened {
  unlock: () => void;
  past: JournalPast;
  segment: number;
  file: FileHandle;
}

/** One instance a folder; see the lock. */
export class FileJournal implements Journal {
  private lines: string[] = [];
  private callbacks: (() => void)[] = [];
  /** Settles when everything appended so far is on disk. */
  private writing: Promise<void> | null = null;
  /** Settles when what is being written now is on disk. */
  private persisting: Promise<void> = Promise.resolve();
  /** Where the batches given out by `pending` end, by the id of their last entry. */
  private readonly ends = new Map<string, Position>();
  private onMore: (() => void) | null = null;
  private onAppended: (entry: JournalEntry) => void = () => undefined;
  private closed = false;
  private readonly options: Complete;
  private readonly unlock: () => void;
  /** Somebody waits for the records that have gathered. */
  private urgent = false;
  private endGathering: () => void = () => undefined;
  /** The end of what is durable; its segment is the one being written. */
  private durable: Position;
  private file: FileHandle;
  private readonly past: JournalPast;

  private constructor(options: Complete, opened: Opened) {
    this.options = options;
    this.unlock = opened.unlock;
    this.durable = { segment: opened.segment, offset: 0 };
    this.file = opened.file;
    this.past = opened.past;
  }

  /** Takes the folder's lock and begins a new segment. Throws `JournalLocked`. */
  static async open(options: JournalOptions): Promise<FileJournal> {
    const { folder, epoch } = options;
    await mkdir(folder, { recursive: true });
    const unlock = lockJournal(folder, epoch);
    try {
      const mark = await readMark(folder);
      const earlier = await listSegments(folder);
      const segment = Math.max(earlier.at(-1) ?? 0, mark.segment) + 1;
      const file = await open(segmentPath(folder, segment), DURABLE | constants.O_EXCL, OWNER_ONLY);
      await syncFolder(folder);
      const complete = { segmentBytes: SEGMENT_BYTES, ...options };
      const { log, keepsAll = false } = options;
      const past = new JournalPast({ folder, log, mark, earlier, segment, keepsAll });
      return new FileJournal(complete, { unlock, past, segment, file });
    } catch (error) {
      unlock();
      throw error;
    }
  }

  append(at: Instant, record: JournalRecord, onDurable?: () => void): void {
    if (this.closed) throw new Error('the journal is closed');
    const entry: JournalEntry = { id: this.options.makeId(), at, record };
    this.lines.push(JSON.stringify(entry) + '\n');
    this.onAppended(entry);
    if (onDurable) {
      this.callbacks.push(onDurable);
      this.makeHaste();
    }
    this.writing ??= this.writeAll();
  }

  async flush(): Promise<void> {
    this.makeHaste();
    await this.writing;
  }

  /** Resolves when everything appended so far is on disk, which it does not hurry. */
  written(): Promise<void> {
    if (this.lines.length === 0) return this.persisting;
    return new Promise((resolve) => this.callbacks.push(resolve));
  }

  /** Flushes, gives the lock back. What is not applied waits for the next life. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.flush();
    await this.file.close();
    await this.past.writeMark();
    this.unlock();
  }

  /**
   * Entries that are durable and not applied, oldest first, in batches of at most `size`; ends at
   * what was durable when it got there. Each call begins again at the mark.
   */
  async *pending(size = 500): AsyncGenerator<JournalEntry[]> {
    let nothingYet = true;
    for (const segment of this.past.from(this.past.mark.segment)) {
      const { durable, past } = this;
      for await (const batch of past.read(segment, { from: past.mark, durable, size })) {
        nothingYet = false;
        const last = batch.at(-1);
        if (last) this.ends.set(last.entry.id, last.end);
        yield batch.map(({ entry }) => entry);
      }
      // An earlier segment without entries behind the mark is done with, torn end and all.
      if (nothingYet && segment < this.durable.segment)
        await this.past.moveMark({ segment: segment + 1, offset: 0 });
    }
  }

  /** Is anything durable and not applied, or not yet known to be applied? */
  hasMore(): boolean {
    const { durable, past } = this;
    const { mark } = past;
    return mark.segment < durable.segment || mark.offset < durable.offset;
  }

  /**
   * Everything up to this entry, the last of a batch of `pending`, stands in the database. Segments
   * that are applied as a whole are deleted.
   */
  async applied(upToId: string): Promise<void> {
    const end = this.ends.get(upToId);
    if (!end) throw new Error(`entry ${upToId} ends no batch of the journal`);
    this.ends.clear();
    await this.past.moveMark(end);
  }

  /** The listener is called whenever more has become durable. One at a time. */
  watch(listener: () => void): void {
    this.onMore = listener;
  }

  /** The listener is called with every entry, before it is on disk. One at a time. */
  listen(listener: (entry: JournalEntry) => void): void {
    this.onAppended = listener;
  }

  /** The end of what is on disk. */
  get end(): Position {
    return this.durable;
  }

  /** What stands behind a place that is still needed, applied or not, up to what is on disk. */
  async *since(from: Position, size = 500): AsyncGenerator<JournalEntry[]> {
    const { past, durable } = this;
    for (const segment of past.from(from.segment))
      for await (const batch of past.read(segment, { from, durable, size }))
        yield batch.map(({ entry }) => entry);
  }

  /** Segments before the place are kept only until they are applied. */
  neededSince(from: Position): Promise<void> {
    return this.past.neededSince(from);
  }

  /** Takes what has gathered, writes and syncs it as one, until nothing is left. */
  private async writeAll(): Promise<void> {
    while (this.lines.length > 0) {
      await this.gather();
      const { lines, callbacks } = this;
      this.lines = [];
      this.callbacks = [];
      this.urgent = false;
      this.persisting = this.persist(Buffer.from(lines.join('')));
      await this.persisting;
      for (const callback of callbacks) this.tell(callback);
      if (this.onMore) this.tell(this.onMore);
    }
    this.writing = null;
  }

  /** A fsync costs more than what it covers: records that nobody waits for wait for each other. */
  private async gather(): Promise<void> {
    if (!this.urgent) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, GATHER_MS);
        this.endGathering = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    // What one event brings about is appended in one go: let it come together.
    await Promise.resolve();
  }

  /** Somebody waits for what was appended. */
  private makeHaste(): void {
    this.urgent = true;
    this.endGathering();
  }

  private async persist(bytes: Buffer): Promise<void> {
    for (;;)
      try {
        if (this.durable.offset >= this.options.segmentBytes) await this.rotate();
        await this.writeAt(bytes, this.durable.offset);
        this.durable = { ...this.durable, offset: this.durable.offset + bytes.length };
        return;
      } catch (error) {
        this.options.log.error({ err: error }, 'the journal cannot be written; trying again');
        await new Promise((resolve) => setTimeout(resolve, WRITE_AGAIN_MS));
      }
  }

  /** At an explicit offset, so that a second try overwrites what a first one left behind. */
  private async writeAt(bytes: Buffer, offset: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.file.write(
        bytes,
        done,
        bytes.length - done,
        offset + done,
      );
      done += bytesWritten;
    }
  }

  private async rotate(): Promise<void> {
    const { folder } = this.options;
    const segment = this.durable.segment + 1;
    const next = await open(segmentPath(folder, segment), DURABLE | constants.O_TRUNC, OWNER_ONLY);
    await syncFolder(folder);
    await this.file.close();
    this.file = next;
    this.past.begun(segment);
    this.durable = { segment, offset: 0 };
  }

  /** A listener's fault is not the journal's: the next records must still be written. */
  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.options.log.error({ err: error }, 'a listener of the journal threw');
    }
  }
}
