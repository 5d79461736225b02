/**
 * What a caller leaves behind whom the edge served by itself while this app was away (ladder, steps 5 and 6):
 * one closed call of the ledger, the lead that his number opens, and the promise that he was told of, or
 * is owed because he gave up or was refused for want of a stream.
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { CallerServed } from '../events';
import type { LeadId } from '../ids';
import { cardOf } from '../lead/caller-card';
import { identify, type Identity } from '../lead/opening';
import type { CallOutcome, CallSnapshot, PromiseReason } from '../records';
import type { Instant } from '../time';
import type { Route } from './routing';

type Result = CallerServed['result'];

/** How his call counts and ended, and which promise he has; null: none. */
const ENDINGS: Record<
  Result,
  { outcome: CallOutcome; cause: EndCause; reason: PromiseReason | null }
> = {
  promised: { outcome: 'promise', cause: 'announced', reason: 'nobody-signed-in' },
  'no-number': { outcome: 'no-number', cause: 'announced', reason: 'nobody-signed-in' },
  left: { outcome: 'left', cause: 'hangup', reason: 'abandoned' },
  'over-capacity': { outcome: 'over-capacity', cause: 'over-capacity', reason: 'over-capacity' },
  'no-media': { outcome: 'refused', cause: 'no-media', reason: null },
};

/** Why his leg ended, also of a call that was known before. */
export const causeOfServed = (result: Result): EndCause => ENDINGS[result].cause;

/** `route` is null when the hotline has left the plan: the call is counted, and nobody is owed. */
export function servedAlone(event: CallerServed, route: Route | null, now: Instant): Effect[] {
  const { callId, from, ids } = event;
  const storeId = route?.storeId ?? '';
  const { reason } = ENDINGS[event.result];
  const number = route && reason ? from : '';
  const caller = { callId, storeId, number, leadId: ids.leadId };
  const { identity, effects } = identify(event.lookup, caller, now);
  const call = asCall(event, route, identity);
  const saved: Effect[] = [
    ...effects,
    {
      type: 'journal.write',
      record: { kind: 'call.saved', call, ...unknownYet(identity, caller) },
    },
    { type: 'notify', notice: { kind: 'call.updated', call } },
  ];
  return route && reason && from !== ''
    ? [...saved, owed(event, route, identity, reason, now)]
    : saved;
}

/** There is no call that asks again: the store does. */
const unknownYet = (
  { lookup }: Identity,
  { number, leadId }: { number: string; leadId: LeadId },
) => (lookup === 'unavailable' && number !== '' ? { unknown: { number, leadId } } : {});

function asCall(event: CallerServed, route: Route | null, identity: Identity): CallSnapshot {
  return {
    id: event.callId,
    direction: 'inbound',
    state: 'closed',
    storeId: route?.storeId ?? null,
    queueId: route?.queueId ?? null,
    hotline: event.hotline,
    trunkId: event.trunkId,
    from: event.from,
    to: event.hotline,
    leadId: identity.leadId,
    customerId: identity.customerId,
    agentId: null,
    arrivedAt: event.arrivedAt,
    offeredAt: null,
    answeredAt: event.answeredAt,
    talkStartedAt: null,
    bridgedAt: null,
    endedAt: event.endedAt,
    outcome: ENDINGS[event.result].outcome,
    endCause: causeOfServed(event.result),
  };
}

function owed(
  event: CallerServed,
  route: Route,
  identity: Identity,
  reason: PromiseReason,
  now: Instant,
): Effect {
  const ownerId = cardOf(event.lookup, event.callId).owner?.agentId;
  return {
    type: 'raise',
    event: {
      type: 'promise.owed',
      at: now,
      promiseId: event.ids.promiseId,
      callId: event.callId,
      storeId: route.storeId,
      hotline: route.hotline,
      queueId: route.queueId,
      number: event.from,
      leadId: identity.leadId,
      ...(ownerId === undefined ? {} : { ownerId }),
      reason,
    },
  };
}
