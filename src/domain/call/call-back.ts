/**
 * A call that was promised: in its turn an agent is rung for it as for any caller, told what it is, and only then the
 * customer is dialled, once that is committed.
 *
 *     queued <--> offered --picks up--> told --> intending --committed--> dialled --> … (outgoing.ts)
 *
 * The customer is not there until he answers: nothing here plays or speaks to his leg.
 */
import { CUSTOMER_RINGS_MS, dialLeaseMs } from '../attempt/attempt';
import type { Effect } from '../effects';
import type { CallId, EntryId, LeadId, LegId, PromiseId, TrunkId } from '../ids';
import type { PromiseSnapshot } from '../records';
import type { Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { snapshot, type Call, type CallFacts, type CallIn, type Offer } from './call';
import { finish, leaveQueue } from './closing';
import { endOffer } from './offering';
import { playIdFor } from './prompts';
import type { Route } from './routing';

/** What he is told lasts two seconds; then the customer is dialled all the same. */
const TOLD_LIMIT_MS: Millis = seconds(6);
/** The database is asked for a row. */
const INTEND_LIMIT_MS: Millis = seconds(4);

/** How a promise is to be kept. */
export interface Way {
  route: Route;
  /** Trunks that may carry it, the best first. */
  via: readonly TrunkId[];
  /** The number of ours that is shown. */
  shown: string;
  /** In line: the kept place, or when it is due. */
  place: Instant;
  /** His phone rings this long. */
  ringMs: Millis;
  /** `promiseId`: of what is owed when he is sent on after this talk and nobody comes. */
  ids: { callId: CallId; legId: LegId; entryId: EntryId; leadId: LeadId; promiseId: PromiseId };
}

/** Nobody has called him yet. Whom we called and sent on waits as any customer who is on the phone. */
export const isStillOwed = ({ callBack, answeredAt }: CallFacts): boolean =>
  callBack !== undefined && answeredAt === null;

/** It stands in line. Nothing of it is written before an agent has picked up: the promise is. */
export function standInLine(
  promise: PromiseSnapshot,
  { route, via, shown, place, ringMs, ids }: Way,
  now: Instant,
): Step<CallIn<'queued'>> {
  const { callId, legId, entryId, leadId, promiseId } = ids;
  const next: CallIn<'queued'> = {
    id: callId,
    direction: 'outbound',
    route: { ...route, notice: false },
    trunkId: via[0] ?? '',
    from: shown,
    to: promise.number,
    displayName: '',
    emergency: false,
    ids: { entryId, leadId, promiseId },
    callerLegId: legId,
    lookup: 'unavailable',
    callerName: '',
    leadId: promise.leadId,
    customerId: null,
    ...{ agentId: null, colleagueId: null, arrivedAt: now, offeredAt: null, answeredAt: null },
    ...{ talkStartedAt: null, bridgedAt: null, endedAt: null, outcome: null, endCause: null },
    ...{ noticeOwed: false, earlier: [], legs: [], holding: [], muted: [] },
    callBack: {
      ...{ promiseId: promise.id, reason: promise.reason, promisedAt: promise.openedAt },
      ...{ dueAt: promise.dueAt, tries: promise.tries ?? 0, via, ringMs },
      attemptId: null,
    },
    stage: { is: 'queued', line: { is: 'absent' } },
  };
  const joined = { type: 'entry.joined', at: now, entryId, callId, back: place } as const;
  const event = { ...joined, queueId: route.queueId, joinedAt: now };
  return { next, effects: [{ type: 'raise', event }] };
}

/** The agent who was made the offer picks up: he hears what it is. */
export function takeUp(call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> {
  const { agentId, legId: agentLegId, recordingId: talk } = offer;
  const playId = playIdFor(agentLegId, 'call-back');
  const to = { kind: 'number', number: call.to, via: call.callBack?.via ?? [] } as const;
  const next: CallIn<'calling'> = {
    ...call,
    agentId,
    stage: {
      is: 'calling',
      line: { is: 'told', playId },
      out: {
        ...{ agentId, agentLegId, by: 'desk', to, talk, emergency: false },
        ringMs: ringMsOf(call),
      },
    },
  };
  return {
    next,
    effects: [
      {
        type: 'timer.clear',
        timer: { kind: 'offer-ring', callId: call.id, offerId: offer.offerId },
      },
      {
        ...{ type: 'media.play', callId: call.id, legId: agentLegId, playId },
        ...{ prompts: ['whisper-callback'], then: 'silence' },
      },
      limit(call, now + TOLD_LIMIT_MS),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      {
        type: 'notify',
        notice: {
          ...{ kind: 'offer.withdrawn', offerId: offer.offerId, agentId },
          ...{ reason: 'answered', cause: null },
        },
      },
      {
        type: 'raise',
        event: { type: 'calling.began', at: now, callId: call.id, agentId, legId: agentLegId },
      },
      leaveQueue(call, 'closed', now),
    ],
  };
}

/** He knows; that the INVITE leaves is committed before it does. */
export function intend(call: CallIn<'calling'>, now: Instant): Step<Call> {
  const { agentId } = call.stage.out;
  const next: CallIn<'calling'> = { ...call, stage: { ...call.stage, line: { is: 'intending' } } };
  return {
    next,
    effects: [
      limit(call, now + INTEND_LIMIT_MS),
      {
        ...{ type: 'attempt.intend', attemptId: call.callBack?.attemptId ?? '', callId: call.id },
        ...{ agentId, leaseUntil: now + dialLeaseMs(ringMsOf(call)) },
      },
    ],
  };
}

const ringMsOf = ({ callBack }: Call): Millis => callBack?.ringMs ?? CUSTOMER_RINGS_MS;

const limit = (call: Call, at: Instant): Effect => ({
  type: 'timer.set',
  timer: { kind: 'calling', callId: call.id },
  at,
});

/** It makes way before anybody has picked up for it. */
export function callOffBack(call: CallIn<'queued'> | CallIn<'offered'>, now: Instant): Step<Call> {
  const ending = { outcome: 'unanswered', cause: 'withdrawn', hangup: 'withdrawn' } as const;
  const { next, effects } = finish(call, ending, now);
  const offers = call.stage.is === 'offered' ? call.stage.offers : [];
  return {
    next,
    effects: [
      ...effects,
      leaveQueue(call, 'closed', now),
      ...offers.flatMap((offer) => endOffer(call, offer, { reason: 'caller-left' }, now)),
    ],
  };
}
