/**
 * Which segments of the journal there are, how far they are applied, and which of them are still needed. Knows nothing
 * of how they are written.
 */
import { readUpTo } from './journal-reading';
import { removeSegment, writeMark, type PlacedEntry, type Position } from './journal-segments';
import type { Log } from './log';

/** The mark on disk may lag by this; after a fall so much is applied once more. */
const MARK_EVERY_MS = 1000;

export interface JournalPastOptions {
  folder: string;
  log: Log;
  /** As the disk has it. */
  mark: Position;
  /** Segments of former lives, applied or not. */
  earlier: readonly number[];
  /** The one that is written now. */
  segment: number;
  /** None is thrown away before it is said from where they are needed. */
  keepsAll: boolean;
}

export class JournalPast {
  /** Everything before it is applied. */
  mark: Position;
  /** Oldest first. */
  private segments: number[];
  /** Nobody needs what stands before it, but for the replay. */
  private neededFrom: Position | null;
  private markedAt = 0;

  constructor(private readonly options: JournalPastOptions) {
    const { mark, earlier, segment, keepsAll } = options;
    // Nothing stands before this life's segment: there is nothing to catch up with.
    const isLeft = earlier.some((one) => one >= mark.segment);
    this.mark = isLeft ? mark : { segment, offset: 0 };
    this.segments = [...earlier, segment];
    this.neededFrom = keepsAll ? { segment: 0, offset: 0 } : null;
  }

  begun(segment: number): void {
    this.segments.push(segment);
  }

  from(segment: number): number[] {
    return this.segments.filter((one) => one >= segment);
  }

  async moveMark(mark: Position): Promise<void> {
    this.mark = mark;
    if (Date.now() - this.markedAt > MARK_EVERY_MS) {
      this.markedAt = Date.now();
      await this.writeMark();
    }
    await this.removeDone();
  }

  writeMark(): Promise<void> {
    return writeMark(this.options.folder, this.mark);
  }

  async neededSince(from: Position): Promise<void> {
    this.neededFrom = from;
    await this.removeDone();
  }

  /** Of one segment what stands behind `from`, up to what is on disk. */
  read(
    segment: number,
    { from, durable, size }: { from: Position; durable: Position; size: number },
  ): AsyncGenerator<PlacedEntry[]> {
    const { folder, log } = this.options;
    const offset = segment === from.segment ? from.offset : 0;
    const damaged = (at: Position) => log.error(at, 'a damaged line of the journal is passed over');
    return readUpTo(durable, { folder, from: { segment, offset }, size, damaged });
  }

  private async removeDone(): Promise<void> {
    const first = Math.min(this.mark.segment, this.neededFrom?.segment ?? Infinity);
    const done = this.segments.filter((segment) => segment < first);
    this.segments = this.segments.filter((segment) => segment >= first);
    for (const segment of done) await removeSegment(this.options.folder, segment);
  }
}
