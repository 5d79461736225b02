/**
 * How often the counts of a queue are told: at once when none were lately, and from then on as they stand every quarter
 * of a second while they change. At 75 calls a second they change some 300 times, and everybody who serves the queue is
 * told of each: that cost more than the calls. All other notices pass as they come.
 */
import type { Notice } from '../domain/notices';
import type { QueueId } from '../domain/ids';
import type { Instant, Millis } from '../domain/time';
import type { Push } from '../engine/ports';

const TOLD_EVERY_MS: Millis = 250;

export class QueuePace implements Push {
  /** Queues that were told of lately, with what has become of them since. */
  readonly #changed = new Map<QueueId, Notice | null>();
  readonly #push: Push;
  readonly #now: () => Instant;

  constructor(push: Push, now: () => Instant) {
    this.#push = push;
    this.#now = now;
  }

  publish(notice: Notice, at: Instant): void {
    if (notice.kind !== 'queue.updated') return this.#push.publish(notice, at);
    const { id } = notice.queue;
    if (this.#changed.has(id)) this.#changed.set(id, notice);
    else this.#tell(id, notice, at);
  }

  #tell(id: QueueId, notice: Notice, at: Instant): void {
    this.#changed.set(id, null);
    setTimeout(() => this.#tellAgain(id), TOLD_EVERY_MS).unref();
    this.#push.publish(notice, at);
  }

  #tellAgain(id: QueueId): void {
    const notice = this.#changed.get(id);
    this.#changed.delete(id);
    if (notice) this.#tell(id, notice, this.#now());
  }
}
