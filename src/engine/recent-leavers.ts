/**
 * Callers who hung up in a queue keep their place for a while: who rings again within it stands where he stood. This
 * remembers the newest of them; whoever has his place back is forgotten.
 */
import type { QueueId } from '../domain/ids';
import type { Left } from '../domain/queue/left';
import type { Instant, Millis } from '../domain/time';

/** Ten thousand who leave are more than an hour of the busiest hotline. */
const LIMIT = 10_000;

/** By queue and number. */
export class RecentLeavers {
  private readonly places = new Map<string, Left>();

  left(one: Left): void {
    const key = keyOf(one.queueId, one.number);
    this.places.delete(key);
    this.places.set(key, one);
    if (this.places.size <= LIMIT) return;
    const oldest = this.places.keys().next();
    if (!oldest.done) this.places.delete(oldest.value);
  }

  /** When he joined the first time, if he comes back in time; else undefined. Asked once for a call. */
  comesBack(queueId: QueueId, number: string, at: Instant, within: Millis): Instant | undefined {
    const key = keyOf(queueId, number);
    const before = this.places.get(key);
    this.places.delete(key);
    return before && at - before.leftAt <= within ? before.joinedAt : undefined;
  }
}

const keyOf = (queueId: QueueId, number: string): string => `${queueId}|${number}`;
