/**
 * The events of one app that it has not acknowledged yet, numbered in order. Bounded: an app that
 * never comes back must not fill the edge's memory, so the oldest go first then.
 */
import type { ControlEvent, EventLine } from './protocol';

/** Of which only the last is kept unread; null for an event of which each counts. */
function subjectOf(event: ControlEvent): string | null {
  return event.event === 'endpoint.quality'
    ? JSON.stringify([event.session, event.endpoint])
    : null;
}

/** A day of a busy cell's recordings. */
const MAX_EVENTS = 20_000;

export class Outbox {
  private readonly lines: EventLine[] = [];
  private readonly onAcknowledged = new Map<number, () => void>();
  private readonly latest = new Map<string, EventLine>();
  private lastSeq = 0;

  constructor(private readonly limit = MAX_EVENTS) {}

  /**
   * `at` is milliseconds since the epoch. `dropped` is true when the oldest had to go. `acknowledged` is
   * told when the app has handled it, and never when it was dropped.
   */
  add(
    event: ControlEvent,
    at: number,
    acknowledged?: () => void,
  ): { line: EventLine; dropped: boolean } {
    const line: EventLine = { ...event, seq: ++this.lastSeq, at };
    const subject = subjectOf(event);
    if (subject !== null) this.replace(subject, line);
    this.lines.push(line);
    if (acknowledged !== undefined) this.onAcknowledged.set(line.seq, acknowledged);
    const dropped = this.lines.length > this.limit;
    if (dropped) this.drop();
    return { line, dropped };
  }

  /** Everything up to `seq` was handled. */
  ack(seq: number): void {
    const open = this.lines.findIndex((line) => line.seq > seq);
    for (const line of this.lines.splice(0, open < 0 ? this.lines.length : open)) this.forget(line);
    for (const [told, acknowledged] of this.onAcknowledged) {
      if (told > seq) break;
      this.onAcknowledged.delete(told);
      acknowledged();
    }
  }

  /** What was told of the subject before is stale. */
  private replace(subject: string, line: EventLine): void {
    const stale = this.latest.get(subject);
    if (stale !== undefined) this.lines.splice(this.lines.indexOf(stale), 1);
    this.latest.set(subject, line);
  }

  /** The app never hears of it, and what it acknowledges later is none of this. */
  private drop(): void {
    const oldest = this.lines.shift();
    if (oldest !== undefined) this.onAcknowledged.delete(oldest.seq);
    this.forget(oldest);
  }

  private forget(line: EventLine | undefined): void {
    const subject = line === undefined ? null : subjectOf(line);
    if (subject !== null && this.latest.get(subject) === line) this.latest.delete(subject);
  }

  pending(): readonly EventLine[] {
    return this.lines;
  }
}
