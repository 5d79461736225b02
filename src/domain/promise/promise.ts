/**
 * A promise to call somebody back: one open promise per person (number) and hotline.
 *
 *     none --owed--> open --talk joined--> kept
 *                     ^ |
 *                     +-+ owed again: updated, the earliest due time stays
 */
import type { Effect } from '../effects';
import type { DomainEvent } from '../events';
import type { PromiseOwed } from '../raised-events';
import type { PromiseSnapshot } from '../records';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';

/** A caller who went without a talk is called back within half an hour. */
export const PROMISE_DUE_MS: Millis = seconds(30 * 60);

/** The name under which an open promise is found. */
export const promiseKey = (hotline: string, number: string): string => `${hotline}|${number}`;

/** Null stands for "none open". An update moves to the newest call, so that it can be told. */
export function stepPromise(
  promise: PromiseSnapshot | null,
  event: DomainEvent,
  now: Instant,
): Step<PromiseSnapshot | null> {
  if (event.type === 'promise.owed')
    return changed(promise?.state === 'open' ? update(promise, event) : open(event, now));
  if (event.type === 'talk.joined' && promise?.state === 'open')
    return changed({ ...promise, state: 'kept' });
  return stay(promise);
}

const open = (owed: PromiseOwed, now: Instant): PromiseSnapshot => ({
  id: owed.promiseId,
  storeId: owed.storeId,
  hotline: owed.hotline,
  queueId: owed.queueId,
  number: owed.number,
  callId: owed.callId,
  leadId: owed.leadId,
  state: 'open',
  reason: owed.reason,
  dueAt: Math.max(now, owed.from ?? now) + PROMISE_DUE_MS,
  openedAt: now,
  ...keptOf(owed),
});

/** Due time and opening stay: who rings again does not move to the end of the list. Of two places he keeps the better. */
const update = (promise: PromiseSnapshot, owed: PromiseOwed): PromiseSnapshot => ({
  ...promise,
  queueId: owed.queueId,
  callId: owed.callId,
  leadId: owed.leadId ?? promise.leadId,
  reason: owed.reason,
  ...keptOf(owed),
  ...betterPlace(promise.place, owed.place),
});

const keptOf = ({
  place,
  messageId,
}: Pick<PromiseOwed, 'place' | 'messageId'>): Pick<PromiseSnapshot, 'place' | 'messageId'> => ({
  ...(place === undefined ? {} : { place }),
  ...(messageId === undefined ? {} : { messageId }),
});

const betterPlace = (a: Instant | undefined, b: Instant | undefined): { place?: Instant } =>
  a === undefined || b === undefined ? {} : { place: Math.min(a, b) };

function changed(next: PromiseSnapshot): Step<PromiseSnapshot> {
  const effects: Effect[] = [
    { type: 'journal.write', record: { kind: 'promise.saved', promise: next } },
    { type: 'notify', notice: { kind: 'promise.updated', promise: next } },
  ];
  return { next, effects };
}
