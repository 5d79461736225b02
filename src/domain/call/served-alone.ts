/**
 * What a caller leaves behind whom the edge served by itself while this app was away (ladder, step 5):
 * one closed call of the ledger, the lead that his number opens, and the promise that he was told of, or
 * is owed because he gave up.
 */
import type { Effect } from '../effects';
import type { CallerServed } from '../events';
import { cardOf } from '../lead/caller-card';
import { identify, type Identity } from '../lead/opening';
import type { CallOutcome, CallSnapshot, PromiseSnapshot } from '../records';
import type { Instant } from '../time';
import type { Route } from './routing';

const OUTCOMES: Record<CallerServed['result'], CallOutcome> = {
  promised: 'promise',
  'no-number': 'no-number',
  left: 'left',
};

const REASONS: Record<CallerServed['result'], PromiseSnapshot['reason']> = {
  promised: 'nobody-signed-in',
  'no-number': 'nobody-signed-in',
  left: 'abandoned',
};

/** `route` is null when the hotline has left the plan: the call is counted, and nobody is owed. */
export function servedAlone(event: CallerServed, route: Route | null, now: Instant): Effect[] {
  const { callId, from, ids } = event;
  const storeId = route?.storeId ?? '';
  const caller = { callId, storeId, number: route ? from : '', leadId: ids.leadId };
  const { identity, effects } = identify(event.lookup, caller, now);
  const call = asCall(event, route, identity);
  const saved: Effect[] = [
    ...effects,
    { type: 'journal.write', record: { kind: 'call.saved', call } },
    { type: 'notify', notice: { kind: 'call.updated', call } },
  ];
  return route && from !== '' ? [...saved, owed(event, route, identity, now)] : saved;
}

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
    outcome: OUTCOMES[event.result],
    endCause: event.result === 'left' ? 'hangup' : 'announced',
  };
}

function owed(event: CallerServed, route: Route, identity: Identity, now: Instant): Effect {
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
      reason: REASONS[event.result],
    },
  };
}
