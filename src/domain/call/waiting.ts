/**
 * A call that waits (`queued`) or whose turn has come (`offered`): makes the offer, shows it before
 * the phone rings, rings, and takes the call back to its place when the agent does not take it.
 * What the caller hears meanwhile is caller-line's; who is chosen is dispatch's.
 */
import { BugError } from '../errors';
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent, LegEnded, Timer } from '../events';
import type { OfferEnded, OfferMade } from '../raised-events';
import { stay, type Step } from '../step';
import type { Instant, Millis } from '../time';
import { announce } from './announcing';
import { snapshot, type Call, type CallFacts, type CallIn, type Offer } from './call';
import { letWait, ringCaller, stepLine } from './caller-line';
import { fileRecording, finish, leaveQueue, outcomeOf, owePromise } from './closing';
import { offerView } from './offer-view';
import { pickUp } from './talking';

/** The ring waits this long for the desktop's receipt, counted from the push. */
export const RECEIPT_MS: Millis = 150;

/** A call that waits for an agent to become free. */
export function stepQueued(call: CallIn<'queued'>, event: DomainEvent, now: Instant): Step<Call> {
  switch (event.type) {
    case 'offer.made':
      return makeOffer(call, event, now);
    case 'entry.held':
      return letWait(call, 'all-busy');
    case 'queue.deserted':
      return announce(call, now);
    case 'recording.finished':
      // Of a talk that was broken off before.
      return { next: call, effects: [fileRecording(call, event)] };
    case 'leg.ended':
      return event.legId === call.callerLegId ? callerLeft(call, event.cause, now) : stay(call);
    default:
      return stepLine(call, event, now) ?? stay(call);
  }
}

/** A call offered to one agent. Throws `BugError` when it is offered to a second. */
export function stepOffered(call: CallIn<'offered'>, event: DomainEvent, now: Instant): Step<Call> {
  const { offer } = call.stage;
  switch (event.type) {
    case 'offer.made':
      throw new BugError(`call ${call.id} is offered already and was offered again`);
    case 'offer.received':
      return event.offerId === offer.offerId ? dial(call, now) : stay(call);
    case 'offer.revoked':
      return event.offerId === offer.offerId ? takeBack(call, 'revoked', now) : stay(call);
    case 'timer.fired':
      if (event.timer.kind === 'offer-receipt' && event.timer.offerId === offer.offerId)
        return dial(call, now);
      if (event.timer.kind === 'offer-ring' && event.timer.offerId === offer.offerId)
        return takeBack(call, 'missed', now);
      break;
    case 'leg.answered':
      if (event.legId === offer.legId) return pickUp(call, now);
      break;
    case 'recording.finished':
      return { next: call, effects: [fileRecording(call, event)] };
    case 'leg.ended':
      return legEnded(call, event, now);
    default:
      break;
  }
  return stepLine(call, event, now) ?? stay(call);
}

function makeOffer(call: CallIn<'queued'>, made: OfferMade, now: Instant): Step<Call> {
  const silent = call.stage.line.is === 'arrived';
  const offer: Offer = {
    offerId: made.offerId,
    agentId: made.agentId,
    phoneId: made.phoneId,
    legId: made.legId,
    recordingId: made.recordingId,
    offeredAt: now,
    dialled: false,
  };
  const next: CallIn<'offered'> = {
    ...call,
    offeredAt: call.offeredAt ?? now,
    stage: { is: 'offered', line: silent ? { is: 'ringing' } : call.stage.line, offer },
  };
  const effects: Effect[] = [
    { type: 'notify', notice: { kind: 'offer.created', offer: offerView(next, offer) } },
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ...(silent ? ringCaller(call, now) : []),
  ];
  if (!made.awaitsReceipt) {
    const dialled = dial(next, now);
    return { next: dialled.next, effects: [...effects, ...dialled.effects] };
  }
  effects.push({
    type: 'timer.set',
    timer: { kind: 'offer-receipt', callId: call.id, offerId: offer.offerId },
    at: now + RECEIPT_MS,
  });
  return { next, effects };
}

/** The desktop shows the offer, or was given its time: now the phone may ring. */
function dial(call: CallIn<'offered'>, now: Instant): Step<Call> {
  const { offer } = call.stage;
  if (offer.dialled) return stay<Call>(call);
  return {
    next: {
      ...call,
      legs: [...call.legs, offer.legId],
      stage: { ...call.stage, offer: { ...offer, dialled: true } },
    },
    effects: [
      { type: 'timer.clear', timer: receiptTimer(call, offer) },
      {
        type: 'leg.dial',
        legId: offer.legId,
        callId: call.id,
        to: { kind: 'phone', agentId: offer.agentId, phoneId: offer.phoneId },
        from: call.from,
        displayName: call.callerName || call.displayName,
        towards: call.callerLegId,
      },
      { type: 'timer.set', timer: ringTimer(call, offer), at: now + call.route.ringMs },
    ],
  };
}

function legEnded(call: CallIn<'offered'>, event: LegEnded, now: Instant): Step<Call> {
  if (event.legId === call.callerLegId) return callerLeft(call, event.cause, now);
  // An earlier agent's leg that we hung up may end only now; it is not this offer's.
  if (event.legId !== call.stage.offer.legId) return stay<Call>(call);
  if (event.cause === 'no-answer') return takeBack(call, 'missed', now);
  return takeBack(call, 'refused', now, event.cause);
}

/** The agent did not take it: the entry goes back to its place, the caller's line stays. */
function takeBack(
  call: CallIn<'offered'>,
  reason: 'missed' | 'refused' | 'revoked',
  now: Instant,
  cause: EndCause | null = null,
): Step<Call> {
  const next: CallIn<'queued'> = { ...call, stage: { is: 'queued', line: call.stage.line } };
  return {
    next,
    effects: [
      ...hangUpPhone(call, reason === 'missed' ? 'no-answer' : 'withdrawn'),
      ...endOffer(call, call.stage.offer, { reason, cause }, now),
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ],
  };
}

/** The caller is gone before anybody took the call: he left, and is called back if we can. */
function callerLeft(
  call: CallIn<'queued'> | CallIn<'offered'>,
  cause: EndCause,
  now: Instant,
): Step<Call> {
  const outcome = outcomeOf('left', cause);
  const ended = finish(call, { outcome, cause, hangup: 'withdrawn' }, now);
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      leaveQueue(call, outcome === 'left' ? 'abandoned' : 'closed', now),
      ...(call.stage.is === 'offered'
        ? endOffer(call, call.stage.offer, { reason: 'caller-left' }, now)
        : []),
      ...(outcome === 'refused' ? [] : owePromise(call, 'abandoned', now)),
    ],
  };
}

/** The phone is told to stop, unless it was never rung or its leg has ended by itself. */
const hangUpPhone = (call: CallIn<'offered'>, cause: EndCause): Effect[] =>
  call.legs.includes(call.stage.offer.legId)
    ? [{ type: 'leg.hangup', legId: call.stage.offer.legId, cause }]
    : [];

/** Everything but the leg that an offer without a talk leaves behind: timers, pop, agent, entry. */
export function endOffer(
  call: CallFacts,
  offer: Offer,
  { reason, cause = null }: { reason: OfferEnded['reason']; cause?: EndCause | null },
  now: Instant,
): Effect[] {
  return [
    { type: 'timer.clear', timer: receiptTimer(call, offer) },
    { type: 'timer.clear', timer: ringTimer(call, offer) },
    {
      type: 'notify',
      notice: {
        kind: 'offer.withdrawn',
        offerId: offer.offerId,
        agentId: offer.agentId,
        reason: reason === 'revoked' ? 'refused' : reason,
        cause,
      },
    },
    {
      type: 'raise',
      event: {
        type: 'offer.ended',
        at: now,
        offerId: offer.offerId,
        entryId: call.ids.entryId,
        agentId: offer.agentId,
        dialled: offer.dialled,
        reason,
      },
    },
  ];
}

const receiptTimer = (call: CallFacts, { offerId }: Offer): Timer => ({
  kind: 'offer-receipt',
  callId: call.id,
  offerId,
});

const ringTimer = (call: CallFacts, { offerId }: Offer): Timer => ({
  kind: 'offer-ring',
  callId: call.id,
  offerId,
});
