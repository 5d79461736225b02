import type { QueueId } from '../ids';
import type { Instant } from '../time';

/** A caller who hung up in a queue, and may ring again. */
export interface Left {
  queueId: QueueId;
  number: string;
  /** The place that he had. */
  joinedAt: Instant;
  leftAt: Instant;
}
