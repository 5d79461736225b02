/**
 * The machine of a call: routes an event to the stage the call stands in. The stages are
 * files of their own; `call.ts` has the drawing.
 */
import type { Effect } from '../effects';
import { BugError } from '../errors';
import type { DomainEvent, LookupCompleted } from '../events';
import { cardOf } from '../lead/caller-card';
import { identify, LOOKUP_AGAIN_MS } from '../lead/opening';
import { callerFacts } from '../queue/place';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { stepAnnouncing } from './announcing';
import { askAgain } from './lookup-again';
import { knownBy, snapshot, type Call } from './call';
import { callerNote } from './caller-line';
import { callerKnown } from './caller-view';
import { closeWhenDone, followedBy, stepWrappingUp } from './closing';
import { stepConsulting } from './consult';
import { stepForwarded } from './forwarded';
import { hangUp } from './hanging-up';
import { isHold, stepHold, type HoldEvent } from './holding';
import { turnFor } from './internal';
import { isUnheard } from './lines';
import { stepMenu } from './menu';
import { preempt, stepCalling } from './outgoing';
import { stepParked } from './park';
import { stepRating } from './rating';
import { stepTalking } from './talking';
import { listenAgain } from './wait-told';
import { stepOffered, stepQueued } from './waiting';
import { isWaiting } from './waiting-line';

/** Throws `BugError` when dispatch offers a call that does not wait. */
export function stepCall(call: Call, event: DomainEvent, now: Instant): Step<Call> {
  return stepKnown(withFirstTalk(call), event, now);
}

/** A talk that is sent on is forgotten by the next one's beginning. */
const withFirstTalk = (call: Call): Call =>
  call.talkStartedAt === null || call.firstTalkAt !== undefined
    ? call
    : { ...call, firstTalkAt: call.talkStartedAt };

function stepKnown(call: Call, event: DomainEvent, now: Instant): Step<Call> {
  if (event.type === 'lookup.completed') return learn(call, event, now);
  if (event.type === 'timer.fired' && event.timer.kind === 'lookup-again')
    return call.lookup === 'unavailable' && call.stage.is !== 'closed'
      ? { next: call, effects: [askAgain(call)] }
      : stay(call);
  if (event.type === 'call.preempted') return preempt(call, now);
  if (event.type === 'talk.hung-up') return hangUp(call, event.agentId);
  const turned = turnFor(call, event);
  if (turned) return followedBy(turned, stepCall(turned.next, event, now));
  if (isHold(event)) return hold(call, event, now);
  return stepStage(event.type === 'leg.ended' ? without(call, event.legId) : call, event, now);
}

/** Who waits, and listens again, is told how he stands. */
function hold(call: Call, event: HoldEvent, now: Instant): Step<Call> {
  const held = stepHold(call, event);
  const { next } = held;
  const isBack = event.type === 'leg.resumed' && event.legId === call.callerLegId;
  if (!isBack || held.next === call || !isWaiting(next)) return held;
  return followedBy(held, listenAgain(next, now));
}

function stepStage(call: Call, event: DomainEvent, now: Instant): Step<Call> {
  const { stage } = call;
  switch (stage.is) {
    case 'routing':
      refuseOffer(call, event);
      return stepMenu({ ...call, stage }, event, now);
    case 'queued':
      return stepQueued({ ...call, stage }, event, now);
    case 'offered':
      return stepOffered({ ...call, stage }, event, now);
    case 'calling':
      refuseOffer(call, event);
      return stepCalling({ ...call, stage }, event, now);
    case 'talking':
      return stepTalking({ ...call, stage }, event, now);
    case 'consulting':
      return stepConsulting({ ...call, stage }, event, now);
    case 'forwarded':
      refuseOffer(call, event);
      return stepForwarded({ ...call, stage }, event, now);
    case 'rating':
      refuseOffer(call, event);
      return stepRating({ ...call, stage }, event, now);
    case 'parked':
      return stepParked({ ...call, stage }, event, now);
    case 'announcing':
      return stepAnnouncing({ ...call, stage }, event, now);
    case 'wrapping-up':
      refuseOffer(call, event);
      return stepWrappingUp({ ...call, stage }, event);
    case 'closed':
      refuseOffer(call, event);
      return stay(call);
  }
}

const without = (call: Call, legId: string): Call => ({
  ...call,
  legs: call.legs.filter((id) => id !== legId),
  holding: call.holding.filter((id) => id !== legId),
  muted: call.muted.filter((id) => id !== legId),
});

function refuseOffer(call: Call, event: DomainEvent): void {
  if (event.type === 'offer.made')
    throw new BugError(`call ${call.id} is ${call.stage.is} and was offered to ${event.agentId}`);
}

/** A late look-up: the caller gets a name or a lead, the desktops hear of it by `call.updated`. */
function learn(call: Call, event: LookupCompleted, now: Instant): Step<Call> {
  if (call.lookup !== 'unavailable' || call.stage.is === 'closed') return stay(call);
  if (event.lookup.result === 'unavailable') return retryLater(call, now);
  const card = cardOf(event.lookup, call.id);
  // A recovered call has opened its lead in a former life; that one may not be in the database yet.
  if (event.lookup.result === 'none' && call.leadId !== null)
    return toldTo({ ...call, lookup: 'none', card });
  const { identity, effects } = identify(
    event.lookup,
    {
      callId: call.id,
      storeId: call.route.storeId,
      number: knownBy(call),
      source: call.direction === 'outbound' ? 'outbound' : 'inbound',
      leadId: call.ids.leadId,
    },
    now,
  );
  const standing = callerFacts(event.lookup);
  const next = { ...call, ...identity, card, ...(standing ? { standing } : {}) };
  const learnt: Step<Call> = {
    next,
    effects: [
      ...effects,
      ...tellQueue(call, event),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      ...callerKnown(next),
      ...(standing && waitsAnswered(next) ? [callerNote(next)] : []),
    ],
  };
  return next.stage.is === 'wrapping-up'
    ? followedBy(learnt, closeWhenDone({ ...next, stage: next.stage }))
    : learnt;
}

/** He stands in his line, and has a dialog that can be noted. */
const waitsAnswered = ({ stage, early }: Call): boolean =>
  (stage.is === 'queued' || stage.is === 'offered') && !isUnheard(stage.line) && !early;

const toldTo = (next: Call): Step<Call> => ({ next, effects: callerKnown(next) });

/** Whoever does not wait has no entry that hears of it. */
function tellQueue({ id, ids }: Call, { lookup, at }: LookupCompleted): Effect[] {
  const caller = callerFacts(lookup);
  const fact = { type: 'caller.known', at, callId: id, entryId: ids.entryId } as const;
  return caller ? [{ type: 'raise', event: { ...fact, caller } }] : [];
}

const retryLater = (call: Call, now: Instant): Step<Call> => ({
  next: call,
  effects: [
    {
      type: 'timer.set',
      timer: { kind: 'lookup-again', callId: call.id },
      at: now + LOOKUP_AGAIN_MS,
    },
  ],
});
