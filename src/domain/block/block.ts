/**
 * Callers whom a store takes no calls of, until a moment or until somebody lifts it: nuisance calls. A number of
 * another store is not concerned; who withholds his number cannot be blocked.
 */
import type { Effect } from '../effects';
import type { StoreId } from '../ids';
import type { BlockSnapshot } from '../records';
import type { Instant } from '../time';

/** Somebody blocked a caller, or (`until` now) lifted it. */
export interface CallerBlocked {
  type: 'caller.blocked';
  at: Instant;
  /** The person who did. */
  by: string;
  storeId: StoreId;
  /** In E.164 where it is one, else as it is shown. */
  number: string;
  /** In his words; `''` for lifting it. */
  reason: string;
  /** Null: until it is lifted. */
  until: Instant | null;
}

export const blockKey = (storeId: StoreId, number: string): string => `${storeId}|${number}`;

export const isInForce = ({ until }: BlockSnapshot, at: Instant): boolean =>
  until === null || until > at;

/** What stands from now on. */
export const blockOf = ({
  at,
  by,
  storeId,
  number,
  reason,
  until,
}: CallerBlocked): BlockSnapshot => ({
  ...{ storeId, number, reason, by, since: at, until },
});

/** It is kept and audited. */
export function blockEffects(block: BlockSnapshot, at: Instant): Effect[] {
  const what = isInForce(block, at) ? 'caller.blocked' : 'caller.unblocked';
  return [
    { type: 'journal.write', record: { kind: 'block.saved', block } },
    {
      type: 'journal.write',
      record: { kind: 'audit.noted', who: block.by, what, subject: block.number },
    },
  ];
}
