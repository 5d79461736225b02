/**
 * A call that waits (`queued`) or whose turn has come (`offered`): makes an offer, shows it before
 * the phone rings, rings, and takes the call back to its place when no agent takes it. Where several
 * are offered it, each offer ends on its own, and who picks up first has the call.
 * What the caller hears meanwhile is caller-line's; who is chosen is dispatch's.
 */
import { BugError } from '../errors';
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import type { LegEnded } from '../leg-events';
import type { OfferId } from '../ids';
import type { CallOutcome, PromiseReason } from '../records';
import type { OfferMade, WaitKnown } from '../raised-events';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { announce } from './announcing';
import { snapshot, type Call, type CallIn, type Offer } from './call';
import { callOffBack, isStillOwed, takeUp } from './call-back';
import { stepCallback } from './press-one';
import { letWait, ringCaller, stepLine } from './caller-line';
import { fileRecording, finish, followedBy, leaveQueue, outcomeOf, owePromise } from './closing';
import { offerView } from './offer-view';
import {
  awaitReceipt,
  callOff,
  dialPhone,
  endOffer,
  hangUpPhone,
  receiptMissed,
  saveOffer,
  whyOf,
} from './offering';
import { pickUpCall } from './pick-up';
import { pickUp } from './talking';
import { nothingDue } from './wait-told';
import type { Waiting } from './waiting-line';

/** A call that waits for an agent to become free. */
export function stepQueued(call: CallIn<'queued'>, event: DomainEvent, now: Instant): Step<Call> {
  switch (event.type) {
    case 'offer.made':
      return makeOffer(call, event, now);
    case 'call.picked-up':
      return pickUpCall(call, event, now);
    case 'call-back.cancelled':
      return isStillOwed(call) ? callOffBack(call, now) : stay(call);
    case 'entry.held':
      return letWait(call, 'all-busy', now);
    case 'queue.deserted':
      return announce(call, 'nobody-signed-in', now);
    case 'wait.known':
      return isHopeless(call, event) ? announce(call, 'hopeless', now) : onLine(call, event, now);
    case 'recording.finished':
      // Of a talk that was broken off before.
      return { next: call, effects: [fileRecording(call, event)] };
    case 'leg.ended':
      return event.legId === call.callerLegId ? callerLeft(call, event.cause, now) : stay(call);
    default:
      return onLine(call, event, now);
  }
}

/** A call offered to one agent or to several. Throws `BugError` when it is offered to one of them again. */
export function stepOffered(call: CallIn<'offered'>, event: DomainEvent, now: Instant): Step<Call> {
  switch (event.type) {
    case 'offer.made':
      return makeOffer(call, event, now);
    case 'call.picked-up':
      return pickUpCall(call, event, now);
    case 'call-back.cancelled':
      return isStillOwed(call) ? callOffBack(call, now) : stay(call);
    case 'offer.received':
      return withOffer(call, event.offerId, (offer) => dial(call, offer, now));
    case 'offer.revoked':
      return withOffer(call, event.offerId, (offer) => takeBack(call, offer, 'revoked', now));
    case 'timer.fired': {
      const { timer } = event;
      if (timer.kind === 'offer-receipt')
        return withOffer(call, timer.offerId, (offer) => unconfirmed(call, offer, now));
      if (timer.kind === 'offer-ring')
        return withOffer(call, timer.offerId, (offer) => takeBack(call, offer, 'missed', now));
      break;
    }
    case 'leg.answered': {
      const offer = offerOf(call, event.legId);
      if (offer) return win(call, offer, now);
      break;
    }
    case 'recording.finished':
      return { next: call, effects: [fileRecording(call, event)] };
    case 'leg.ended':
      return legEnded(call, event, now);
    default:
      break;
  }
  return onLine(call, event, now);
}

/** What he hears, and what he says by his keys. */
const onLine = (call: Waiting, event: DomainEvent, now: Instant): Step<Call> =>
  stepLine(call, event, now) ?? stepCallback(call, event, now) ?? stay<Call>(call);

/** Where the plan does not say who would wait too long to be let in. */
const HOPELESS_MINUTES = 60;

/** Decided when he comes: who has begun to wait is not sent away. */
function isHopeless(
  { answeredAt, early, callBack, route }: CallIn<'queued'>,
  { range }: WaitKnown,
): boolean {
  const limit = route.hopelessMinutes ?? HOPELESS_MINUTES;
  const isNew = answeredAt === null && early === undefined && !callBack;
  return isNew && limit > 0 && range !== null && range[0] > limit;
}

const offerOf = ({ stage }: CallIn<'offered'>, legId: string): Offer | undefined =>
  stage.offers.find((offer) => offer.legId === legId);

/** The step for an offer that stands; one that has ended changes nothing any more. */
function withOffer(
  call: CallIn<'offered'>,
  offerId: OfferId,
  step: (offer: Offer) => Step<Call>,
): Step<Call> {
  const offer = call.stage.offers.find((one) => one.offerId === offerId);
  return offer ? step(offer) : stay<Call>(call);
}

function makeOffer(call: Waiting, made: OfferMade, now: Instant): Step<Call> {
  const before = call.stage.is === 'offered' ? call.stage.offers : [];
  if (before.some(({ agentId }) => agentId === made.agentId))
    throw new BugError(`call ${call.id} is offered to ${made.agentId} already`);
  const silent = call.stage.line.is === 'arrived';
  const offer: Offer = {
    offerId: made.offerId,
    agentId: made.agentId,
    phoneId: made.phoneId,
    legId: made.legId,
    recordingId: made.recordingId,
    offeredAt: now,
    dialled: false,
    why: whyOf(made),
    ...(made.noPop ? { noPop: true as const } : {}),
  };
  const line = silent ? ({ is: 'ringing' } as const) : call.stage.line;
  const next: CallIn<'offered'> = {
    ...call,
    offeredAt: call.offeredAt ?? now,
    stage: { is: 'offered', line, offers: [...before, offer] },
  };
  const effects: Effect[] = [
    saveOffer(call, offer),
    { type: 'notify', notice: { kind: 'offer.created', offer: offerView(next, offer) } },
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ...(silent ? ringCaller(call, now) : []),
  ];
  if (made.isHere) return followedBy({ next, effects }, isThere(next, offer, now));
  return made.awaitsReceipt
    ? { next, effects: [...effects, awaitReceipt(call, offer, now)] }
    : followedBy({ next, effects }, dial(next, offer, now));
}

/** The desktop shows the offer, or was given its time: now the phone may ring. */
function dial(call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> {
  if (offer.dialled) return stay<Call>(call);
  const offers = call.stage.offers.map((one) => (one === offer ? { ...one, dialled: true } : one));
  return {
    next: { ...call, legs: [...call.legs, offer.legId], stage: { ...call.stage, offers } },
    effects: dialPhone(call, offer, now),
  };
}

/** His desktop was given its time: the phone rings all the same. */
function unconfirmed(call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> {
  if (offer.dialled) return stay<Call>(call);
  const { next, effects } = dial(call, offer, now);
  return { next, effects: [...effects, receiptMissed(offer, now)] };
}

/** He called in for it, and is about to be told that he has it. */
const isThere = (call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> => {
  const { next, effects } = dial(call, offer, now);
  return { next, effects: effects.filter(({ type }) => type !== 'leg.dial') };
};

/** Who picks up first has the call; the phones of the others are told so, also one whose 200 is on its way. */
function win(call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> {
  const losers = call.stage.offers.filter((one) => one !== offer);
  const talk = isStillOwed(call) ? takeUp(call, offer, now) : pickUp(call, offer, now);
  return followedBy(talk, { next: talk.next, effects: callOff(talk.next, losers, now) });
}

function legEnded(call: CallIn<'offered'>, event: LegEnded, now: Instant): Step<Call> {
  if (event.legId === call.callerLegId) return callerLeft(call, event.cause, now);
  const offer = offerOf(call, event.legId);
  // An earlier agent's leg that we hung up may end only now; it is of no offer that stands.
  if (!offer) return stay<Call>(call);
  if (event.cause === 'no-answer') return takeBack(call, offer, 'missed', now);
  return takeBack(call, offer, 'refused', now, event.cause);
}

/** The agent did not take it. When he was the last, the entry goes back to its place; the caller's line stays. */
function takeBack(
  call: CallIn<'offered'>,
  offer: Offer,
  reason: 'missed' | 'refused' | 'revoked',
  now: Instant,
  cause: EndCause | null = null,
): Step<Call> {
  const { line } = call.stage;
  const offers = call.stage.offers.filter((one) => one !== offer);
  const next: Call = {
    ...call,
    stage: offers.length > 0 ? { is: 'offered', line, offers } : { is: 'queued', line },
  };
  return {
    next,
    effects: [
      ...hangUpPhone(call, offer, reason === 'missed' ? 'no-answer' : 'withdrawn'),
      ...endOffer(call, offer, { reason, cause }, now),
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ],
  };
}

/** The edge may have refused him in our place. */
const leftReason = (outcome: CallOutcome): PromiseReason =>
  outcome === 'over-capacity' ? outcome : 'abandoned';

/** The caller is gone before anybody took the call: he left, and is called back if we can. */
function callerLeft(call: Waiting, cause: EndCause, now: Instant): Step<Call> {
  const outcome = outcomeOf('left', cause);
  const ended = finish(call, { outcome, cause, hangup: 'withdrawn' }, now);
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      ...nothingDue(call),
      leaveQueue(call, outcome === 'left' ? 'abandoned' : 'closed', now),
      ...(call.stage.is === 'offered'
        ? call.stage.offers.flatMap((offer) =>
            endOffer(call, offer, { reason: 'caller-left' }, now),
          )
        : []),
      ...(outcome === 'refused' ? [] : owePromise(call, leftReason(outcome), now)),
    ],
  };
}
