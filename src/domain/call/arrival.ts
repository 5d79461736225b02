/**
 * Decides what an arriving call becomes: a queued call with its caller known as well as can be, or
 * a refusal when the dialled number is none of ours. Who takes it is dispatch's business.
 */
import type { EndCause } from '../end-cause';
import type { CallArrived } from '../events';
import type { Effect } from '../effects';
import type { Opening } from '../hours/opening';
import { cardOf } from '../lead/caller-card';
import { identify } from '../lead/opening';
import { callerFacts, type CallerFacts } from '../queue/place';
import type { CallSnapshot } from '../records';
import type { Step } from '../step';
import type { Instant } from '../time';
import { announceClosed, announceFull, refuseFull } from './announcing';
import { snapshot, type Call } from './call';
import { followedBy, outcomeOf } from './closing';
import { arrivingLeg, legSnapshot } from './leg';
import { askAgain } from './lookup-again';
import { beginMenu } from './menu';
import type { Route } from './routing';

/** How the caller finds the hotline. */
export type Door = Opening | { is: 'blocked' };

/**
 * `route` null, no audio that we could take, or a blocked caller: refused and kept in the ledger as that; there
 * is no live call then. For whom there is no stream he is one until it is written down that he is called back.
 */
export function arrive(
  event: CallArrived,
  route: Route | null,
  now: Instant,
  door: Door = { is: 'open' },
): Step<Call | null> {
  const cause = refusalCause(event, route, door);
  if (!route || (cause && !isCalledBack(event, cause)))
    return { next: null, effects: refusal(event, route, cause ?? 'broken', now) };
  const { identity, effects } = identify(
    event.lookup,
    {
      callId: event.callId,
      storeId: route.storeId,
      number: event.from,
      leadId: event.ids.leadId,
    },
    now,
  );
  const standing = callerFacts(event.lookup);
  const call: Call = {
    ...callAtArrival(event, route),
    ...identity,
    ...(standing ? { standing } : {}),
    card: cardOf(event.lookup, event.callId),
    promises: event.promises ?? [],
  };
  if (identity.lookup === 'unavailable') effects.push(askAgain(call));
  const leg = arrivingLeg({ id: event.legId, callId: event.callId }, now);
  effects.push(
    { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(call) } },
    { type: 'journal.write', record: { kind: 'leg.saved', leg: legSnapshot(leg) } },
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(call) } },
  );
  if (cause) {
    const opensAt = door.is === 'closed' ? door.opensAt : null;
    return followedBy({ next: call, effects }, refuseFull(call, opensAt, now));
  }
  if (door.is === 'closed')
    return followedBy({ next: call, effects }, announceClosed(call, door, now));
  if (event.full) return followedBy({ next: call, effects }, announceFull(call, now));
  if (route.menu) return followedBy({ next: call, effects }, beginMenu(call));
  return { next: call, effects: [...effects, joinQueue(call, standing, now)] };
}

const joinQueue = (call: Call, caller: CallerFacts | undefined, now: Instant): Effect => ({
  type: 'raise',
  event: {
    type: 'entry.joined',
    at: now,
    entryId: call.ids.entryId,
    callId: call.id,
    queueId: call.route.queueId,
    joinedAt: now,
    ...(caller ? { caller } : {}),
  },
});

const callAtArrival = (
  event: CallArrived,
  route: Route,
): Omit<Call, keyof IdentityOfCall | 'card' | 'promises'> => ({
  id: event.callId,
  direction: 'inbound',
  route,
  trunkId: event.trunkId,
  from: event.from,
  to: event.to,
  displayName: event.displayName,
  ids: event.ids,
  callerLegId: event.legId,
  agentId: null,
  colleagueId: null,
  arrivedAt: event.at,
  offeredAt: null,
  answeredAt: null,
  talkStartedAt: null,
  bridgedAt: null,
  endedAt: null,
  outcome: null,
  endCause: null,
  noticeOwed: route.notice,
  legs: [event.legId],
  holding: [],
  muted: [],
  emergency: false,
  ...(event.crowded ? { crowded: true as const } : {}),
  earlier: [],
  stage: { is: 'queued', line: { is: 'arrived' } },
});
type IdentityOfCall = Pick<Call, 'lookup' | 'callerName' | 'leadId' | 'customerId'>;

/** We would have taken him, and know his number. */
const isCalledBack = ({ from }: CallArrived, cause: EndCause): boolean =>
  cause === 'over-capacity' && from !== '';

/** Why nobody is to take it; undefined when somebody is. */
function refusalCause(event: CallArrived, route: Route | null, door: Door): EndCause | undefined {
  if (!route) return 'unknown-number';
  return door.is === 'blocked' ? 'blocked' : event.unusable;
}

function refusal(event: CallArrived, route: Route | null, cause: EndCause, now: Instant): Effect[] {
  const call: CallSnapshot = {
    id: event.callId,
    direction: 'inbound',
    state: 'closed',
    storeId: route?.storeId ?? null,
    queueId: route?.queueId ?? null,
    hotline: event.to,
    trunkId: event.trunkId,
    from: event.from,
    to: event.to,
    leadId: null,
    customerId: null,
    agentId: null,
    arrivedAt: event.at,
    offeredAt: null,
    answeredAt: null,
    talkStartedAt: null,
    bridgedAt: null,
    endedAt: now,
    outcome: cause === 'blocked' ? 'blocked' : outcomeOf('refused', cause),
    endCause: cause,
  };
  return [
    { type: 'leg.refuse', legId: event.legId, cause },
    { type: 'journal.write', record: { kind: 'call.saved', call } },
  ];
}
