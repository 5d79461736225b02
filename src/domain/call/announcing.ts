/**
 * Steps 3 and 4 of the ladder: nobody is signed in, the hotline is closed, the wait would be hopeless, or the media is
 * full. The caller is answered and told, the number at which he is called back is read to him or asked for, and he may
 * leave a message (message.ts); where the media is full he is told, and no more. What is promised is spoken only after
 * it is on disk. Who wanted it himself (press-one.ts) comes here with his number.
 *
 *     answering --> number --> owed --written--> told --> goodbye --> hung up `announced`
 *                      '--none----------------^    '--2--> message --^
 *
 * With a number he is promised his call before he is asked, so that he has it whenever he hangs up.
 */
import { BugError } from '../errors';
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import type { Closed } from '../hours/opening';
import type { PromiseWritten } from '../raised-events';
import { toldOpening } from '../hours/opening-told';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { calledBackAt, customerNumber, snapshot, type Call, type CallIn } from './call';
import { answerCaller, callerNote } from './caller-line';
import { finish, followedBy, leaveQueue, outcomeOf } from './closing';
import { askAgain } from './lookup-again';
import { farewellLimit, fileMessage, isBrief, stepMessage, tell, type Announcing } from './message';
import { askNumber, stepNumber, type NumberStep } from './number-talk';
import { endOffer, hangUpPhone } from './offering';
import { announcedOwed } from './promise-owed';
import { absencePrompts, messagePrompts, type Absence } from './prompts';
import { nothingDue } from './wait-told';
import { answerOf, type Waiting } from './waiting-line';

/** A disk that takes longer keeps nobody in a call that cannot be. */
const REFUSAL_LIMIT_MS: Millis = seconds(5);

/** Nobody will take him out of his queue: takes the call out of it and on its way to the announcement. */
export function announce(
  call: CallIn<'queued'>,
  why: 'nobody-signed-in' | 'hopeless',
  now: Instant,
): Step<Call> {
  const answer = answerOf(call);
  const told = begin(announcing(call, why, null), answer === 'given', now);
  return {
    next: told.next,
    effects: [
      ...(answer === 'none' ? answerCaller(call) : []),
      leaveQueue(call, calledBackAt(call) === '' ? 'closed' : 'promised', now),
      ...told.effects,
    ],
  };
}

/** The hotline is closed: he is told so instead of standing in a queue; the promise is for when it opens. */
export function announceClosed(call: Call, { why, opensAt }: Closed, now: Instant): Step<Call> {
  const told = begin(announcing(call, why, opensAt), false, now);
  return { next: told.next, effects: [...answerCaller(call), ...told.effects] };
}

/** All that callers may have of the media is in use, but the little that it takes to tell him. */
export function announceFull(call: Call, now: Instant): Step<Call> {
  const told = begin(announcing(call, 'full', null), false, now);
  return { next: told.next, effects: [...answerCaller(call), ...told.effects] };
}

/** Not even that is left: he is refused, and called back; which is on disk before that. */
export function refuseFull(call: Call, opensAt: Instant | null, now: Instant): Step<Call> {
  const refused = announcing(call, 'full', opensAt);
  const owed = owe({ ...refused, stage: { ...refused.stage, step: { is: 'refused' } } }, now);
  return { next: owed.next, effects: [...owed.effects, refusalLimit(call, now)] };
}

const refusalLimit = ({ id: callId }: Call, now: Instant): Effect => ({
  ...{ type: 'timer.set', timer: { kind: 'overdue', callId }, at: now + REFUSAL_LIMIT_MS },
});

/** He gave his number and wants to be called in his turn: nobody rings for him any more. */
export function promiseAsked(call: Waiting, now: Instant): Step<Call> {
  const owed = settle(announcing(call, 'asked', null), now);
  const offers = call.stage.is === 'offered' ? call.stage.offers : [];
  return {
    next: owed.next,
    effects: [
      ...nothingDue(call),
      // His place is read off his entry, which ends with the next.
      ...owed.effects,
      leaveQueue(call, 'promised', now),
      ...offers.flatMap((offer) => [
        ...hangUpPhone(call, offer, 'withdrawn'),
        ...endOffer(call, offer, { reason: 'caller-left' }, now),
      ]),
      notified(owed.next),
    ],
  };
}

const announcing = (call: Call, why: Absence, opensAt: Instant | null): Announcing => ({
  ...call,
  stage: {
    ...{ is: 'announcing', why, opensAt, step: { is: 'answering' } },
    ...{ promised: null, former: [], unwritten: null, recordingId: null },
  },
});

const notified = (call: Call): Effect => ({
  type: 'notify',
  notice: { kind: 'call.updated', call: snapshot(call) },
});

function begin(call: Announcing, isAnswered: boolean, now: Instant): Step<Call> {
  const owed = owe(call, now);
  const told: Step<Call> = isAnswered ? askFirst(owed.next, now) : stay<Call>(owed.next);
  return {
    next: told.next,
    effects: [
      ...nothingDue(call),
      ...owed.effects,
      farewellLimit(call, now),
      notified(owed.next),
      ...told.effects,
    ],
  };
}

/**
 * After a fall of the app: what he was promised is written once more, at the number at which it was; and whoever had
 * not settled that is asked again, for the one that he gave last.
 */
export function announceAgain(call: Announcing, isSettled: boolean, now: Instant): Step<Call> {
  const { id: callId, callerLegId: legId, given, stage } = call;
  const { promised, former } = stage;
  const before = { ...stage, promised: null };
  if (!isSettled) {
    // What he has keyed in and not confirmed is promised when he does, or hangs up.
    const owed = owe({ ...call, given: promised ?? undefined, stage: before }, now);
    const asked = askFirst({ ...owed.next, given }, now);
    return followedBy(
      { next: asked.next, effects: [...owed.effects, farewellLimit(call, now)] },
      asked,
    );
  }
  const all = [...former, ...(promised === null ? [] : [promised])];
  const { next, effects } = settle({ ...call, stage: { ...before, former: all } }, now);
  return { next, effects: [{ type: 'media.keys', callId, legId, relay: true }, ...effects] };
}

/** A call that is told that nobody is there. Ends in `wrapping-up`, whatever fails to come. */
export function stepAnnouncing(call: Announcing, event: DomainEvent, now: Instant): Step<Call> {
  const { step } = call.stage;
  switch (event.type) {
    case 'offer.made':
      throw new BugError(`call ${call.id} is announced to and was offered to ${event.agentId}`);
    case 'leg.answered':
      return event.legId === call.callerLegId ? answered(call, now) : stay<Call>(call);
    case 'promise.written':
      return written(call, event, now);
    case 'leg.ended':
      return event.legId === call.callerLegId ? end(call, event.cause, now) : stay<Call>(call);
    case 'recording.finished':
      return fileMessage(call, event, now);
    case 'timer.fired':
      if (event.timer.kind !== 'overdue') break;
      if (step.is === 'refused') return end(call, 'over-capacity', now);
      return step.is === 'number' || step.is === 'told' || step.is === 'message'
        ? stay<Call>(call)
        : end(call, 'announced', now);
    case 'play.ended':
      if (step.is === 'goodbye' && event.playId === step.playId) return end(call, 'announced', now);
      break;
    default:
      break;
  }
  if (step.is !== 'number') return stepMessage(call, event, now) ?? stay<Call>(call);
  const answer = stepNumber(call, step.talk, event, now);
  return answer ? goOn(call, answer, now) : stay<Call>(call);
}

/** Who heard us before, and was asked for his number meanwhile, is further on. */
function answered({ early, ...call }: Announcing, now: Instant): Step<Call> {
  if (call.stage.step.is === 'answering') return askFirst({ ...call, answeredAt: now }, now);
  return stay<Call>(early ? { ...call, answeredAt: now } : call);
}

/** He is answered: told why nobody takes him, and asked for the number by keys, unless he is to be brief. */
function askFirst(call: Announcing, now: Instant): Step<Call> {
  const { id: callId, callerLegId: legId } = call;
  if (isBrief(call)) return settle(call, now);
  const { why, opensAt } = call.stage;
  const opens = toldOpening(opensAt, call.route.zone, now);
  const first = [...messagePrompts(call), ...absencePrompts(why), ...opens];
  const asked = goOn(call, askNumber(call, first, now), now);
  return {
    next: asked.next,
    effects: [{ type: 'media.keys', callId, legId, relay: true }, ...asked.effects],
  };
}

/** Who says nothing to the number that he came with, or gives none, is called at it. */
function goOn(
  call: Announcing,
  { next: talk, effects, reply }: NumberStep,
  now: Instant,
): Step<Call> {
  if (talk === null) {
    const known = reply?.is === 'none' ? { ...call, given: undefined } : call;
    return followedBy({ next: known, effects }, settle(known, now));
  }
  const given = talk.isEntered ? talk.number : undefined;
  const step = { is: 'number', talk } as const;
  const next: Announcing = { ...call, given, stage: { ...call.stage, step } };
  return { next, effects: [...effects, callerNote(next)] };
}

/** His number is settled, or it is that there is none: told as soon as it is on disk. */
function settle(call: Announcing, now: Instant): Step<Call> {
  const owed = owe({ ...call, stage: { ...call.stage, step: { is: 'owed' } } }, now);
  const { next } = owed;
  const noted: Step<Call> = {
    next,
    effects: [...owed.effects, farewellLimit(call, now), callerNote(next)],
  };
  return next.stage.unwritten !== null ? noted : followedBy(noted, tell(next, now));
}

interface Owing {
  next: Announcing;
  effects: Effect[];
}

/**
 * Promised a call at the number that he is known to have now, unless he is; not at one before that. Who withheld his
 * own is looked up by the one that he gave.
 */
function owe(call: Announcing, now: Instant): Owing {
  const { promised, former } = call.stage;
  const number = calledBackAt(call);
  if (number === promised) return { next: call, effects: [] };
  if (number === '') return takeBack(call, now);
  const isNew = customerNumber(call) === '';
  const next: Announcing = {
    ...call,
    lookup: isNew ? 'unavailable' : call.lookup,
    stage: {
      ...{ ...call.stage, promised: number, unwritten: number },
      former: promised === null ? former : [...former, promised],
    },
  };
  return { next, effects: [...announcedOwed(next, now), ...(isNew ? [askAgain(next)] : [])] };
}

/** He has no number any more: the one that he gave was not his, and he gave no other. */
function takeBack(call: Announcing, at: Instant): Owing {
  const { id: callId, route, stage } = call;
  if (stage.promised === null) return { next: call, effects: [] };
  const { hotline } = route;
  const event = { type: 'promise.moved', at, callId, hotline, number: stage.promised } as const;
  const next: Announcing = { ...call, stage: { ...stage, promised: null, unwritten: null } };
  return { next, effects: [{ type: 'raise', event }] };
}

/** What is written beside it of the same promise, or of the one before, says nothing of it. */
function written(call: Announcing, { number }: PromiseWritten, now: Instant): Step<Call> {
  const { unwritten, step } = call.stage;
  if (number !== unwritten) return stay<Call>(call);
  const next: Announcing = { ...call, stage: { ...call.stage, unwritten: null } };
  if (step.is === 'refused') return end(next, 'over-capacity', now);
  return step.is === 'owed' ? tell(next, now) : stay<Call>(next);
}

/** It counts as a promise (or as a call without a number) whoever hung up first. */
function end(call: Announcing, cause: EndCause, now: Instant): Step<Call> {
  const owed = owe(call, now);
  const isRefused = call.stage.step.is === 'refused';
  const told = calledBackAt(call) === '' ? 'no-number' : 'promise';
  const outcome = outcomeOf(isRefused ? 'left' : told, cause);
  const hangup = isRefused ? 'over-capacity' : 'announced';
  const ended = finish(owed.next, { outcome, cause, hangup }, now);
  return {
    next: ended.next,
    effects: [...ended.effects, ...nothingDue(call), ...owed.effects],
  };
}
