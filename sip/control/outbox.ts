/**
 * The events of one app that it has not acknowledged yet, numbered in order. Bounded: an app that
 * never comes back must not fill the edge's memory, so the oldest go first then.
 */
import type { ControlEvent, EventLine } from './protocol';

/** A day of a busy cell's recordings. */
const MAX_EVENTS = 20_000;

export class Outbox {
  private readonly lines: EventLine[] = [];
  private lastSeq = 0;

  constructor(private readonly limit = MAX_EVENTS) {}

  /** `at` is milliseconds since the epoch. `dropped` is true when the oldest had to go. */
  add(event: ControlEvent, at: number): { line: EventLine; dropped: boolean } {
    const line: EventLine = { ...event, seq: ++this.lastSeq, at };
    this.lines.push(line);
    const dropped = this.lines.length > this.limit;
    if (dropped) this.lines.shift();
    return { line, dropped };
  }

  /** Everything up to `seq` was handled. */
  ack(seq: number): void {
    const open = this.lines.findIndex((line) => line.seq > seq);
    this.lines.splice(0, open < 0 ? this.lines.length : open);
  }

  pending(): readonly EventLine[] {
    return this.lines;
  }
}
