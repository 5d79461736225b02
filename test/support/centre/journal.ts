import type { JournalRecord } from '../../../src/domain/records';
import type { Instant } from '../../../src/domain/time';
import type { Journal } from '../../../src/engine/ports';

/** Keeps records in memory; durable at once, or when the test lets the disk sync. */
export class FakeJournal implements Journal {
  readonly records: JournalRecord[] = [];
  holdSync = false;
  private waiting: (() => void)[] = [];
  /** How many records a fall of the app cannot take back. */
  private durable = 0;
  private latest: Instant = 0;

  append(at: Instant, record: JournalRecord, onDurable?: () => void): void {
    // What was said a moment ago is on the disk, whoever was told of it.
    if (at > this.latest) this.durable = this.records.length;
    this.latest = at;
    this.records.push(structuredClone(record));
    if (!this.holdSync) this.durable = this.records.length;
    if (!onDurable) return;
    if (this.holdSync) this.waiting.push(onDurable);
    else onDurable();
  }

  /** Of the records that somebody waits for so many, the oldest first. */
  sync(count = Infinity): void {
    this.durable = this.records.length;
    for (const callback of this.waiting.splice(0, count)) callback();
  }

  /** The app falls: of what it wrote in this moment that many of the last are lost, and nobody is told. */
  lose(count: number, now: Instant): void {
    if (now > this.latest) this.durable = this.records.length;
    this.records.length = Math.max(this.durable, this.records.length - count);
    this.durable = this.records.length;
    this.waiting = [];
  }

  async flush(): Promise<void> {}

  of<K extends JournalRecord['kind']>(kind: K): Extract<JournalRecord, { kind: K }>[] {
    return this.records.filter(
      (record): record is Extract<JournalRecord, { kind: K }> => record.kind === kind,
    );
  }
}
