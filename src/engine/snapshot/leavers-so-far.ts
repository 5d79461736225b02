/**
 * Who left a queue within the hour, by what was journalled: what `store/recent-leavers.ts` reads out of the rows. Of a
 * number's entries in a queue the last one counts.
 */
import type { CallId } from '../../domain/ids';
import type { Left } from '../../domain/queue/left';
import type { CallSnapshot, EntrySnapshot } from '../../domain/records';
import type { Instant } from '../../domain/time';

const HOUR_MS = 3_600_000;

export class LeaversSoFar {
  private readonly left = new Map<string, Left>();
  /** Their calls have not been heard of. */
  private readonly early = new Map<CallId, EntrySnapshot[]>();

  constructor(left: readonly Left[]) {
    for (const one of left) this.left.set(keyOf(one.queueId, one.number), one);
  }

  entry(entry: EntrySnapshot, call: CallSnapshot | undefined): void {
    if (entry.askedBy !== undefined) return;
    if (call === undefined) {
      this.early.set(entry.callId, [...(this.early.get(entry.callId) ?? []), entry]);
      return;
    }
    if (call.direction !== 'inbound' || call.from === '') return;
    const key = keyOf(entry.queueId, call.from);
    this.left.delete(key);
    // Who waits with a place that he has had before has it again if this app falls.
    const leftAt =
      entry.outcome === 'abandoned'
        ? (entry.endedAt ?? call.arrivedAt)
        : entry.outcome === null && entry.joinedAt < call.arrivedAt
          ? call.arrivedAt
          : null;
    if (leftAt === null) return;
    const { queueId, joinedAt } = entry;
    this.left.set(key, { queueId, number: call.from, joinedAt, leftAt });
  }

  call(call: CallSnapshot): void {
    const early = this.early.get(call.id);
    if (early === undefined) return;
    this.early.delete(call.id);
    for (const entry of early) this.entry(entry, call);
  }

  /** The oldest first. */
  all(now: Instant): Left[] {
    for (const [key, { leftAt }] of this.left) {
      if (leftAt <= now - HOUR_MS) this.left.delete(key);
    }
    return [...this.left.values()].sort((a, b) => a.leftAt - b.leftAt);
  }
}

const keyOf = (queueId: string, number: string): string => `${queueId}|${number}`;
