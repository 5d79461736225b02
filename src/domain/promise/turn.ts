/**
 * Decides when a promise stands in its queue: at its kept place, or, without one, as somebody who came when it is due,
 * so that it has its turn then, and sooner when an agent is free and nobody waits.
 */
import type { Opening } from '../hours/opening';
import type { BlockSnapshot, PromiseSnapshot } from '../records';
import type { Instant } from '../time';
import { stands } from './promise';

export type Turn =
  /** In line, at that place. */
  | { is: 'now'; place: Instant }
  /** Not before. */
  | { is: 'later'; at: Instant }
  /** Until something else happens: a person sees to it, he is on the phone with us, or nobody knows when it opens. */
  | { is: 'never' };

interface Around {
  opening: Opening;
  /** He is on the phone with us. */
  isHere: boolean;
  /** The store takes no calls of his. */
  block?: Pick<BlockSnapshot, 'until'> | undefined;
  now: Instant;
}

export function turnOf(promise: PromiseSnapshot, { opening, isHere, block, now }: Around): Turn {
  if (!stands(promise) || promise.task !== undefined || isHere) return { is: 'never' };
  if (block) return block.until === null ? { is: 'never' } : { is: 'later', at: block.until };
  const { notBefore = now, place = promise.dueAt } = promise;
  if (opening.is === 'closed')
    return opening.opensAt === null ? { is: 'never' } : { is: 'later', at: opening.opensAt };
  return notBefore > now ? { is: 'later', at: notBefore } : { is: 'now', place };
}
