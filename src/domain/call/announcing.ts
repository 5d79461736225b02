/**
 * Steps 3 and 4 of the ladder: nobody is signed in, the hotline is closed, or the media is full. The caller is answered, told, and the call ends with
 * our BYE; with a number he is promised a call, which is spoken only after the promise is on disk.
 *
 *     answered --+
 *                +--> farewell played --> hung up `announced`
 *     written ---+
 */
import { BugError } from '../errors';
import type { EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import type { Closed } from '../hours/opening';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { customerNumber, isUnanswered, snapshot, type Call, type CallIn } from './call';
import { answerCaller, callerNote } from './caller-line';
import { finish, leaveQueue, outcomeOf, owePromise } from './closing';
import { farewellPrompts, playIdFor, type Absence } from './prompts';
import { sayTo } from './saying';

/** Answer, fsync and announcement together; then the call ends whatever is missing. */
export const FAREWELL_LIMIT_MS: Millis = seconds(45);

/** Nobody of its queue is signed in: takes the call out of it and on its way to the announcement. */
export function announce(call: CallIn<'queued'>, now: Instant): Step<Call> {
  const { line } = call.stage;
  const answered = line.is === 'welcome' || line.is === 'music';
  const told = begin(call, { why: 'nobody-signed-in', answered }, now);
  const place = customerNumber(call) === '' ? 'closed' : 'promised';
  return {
    next: told.next,
    effects: [
      ...(isUnanswered(line) ? answerCaller(call) : []),
      leaveQueue(call, place, now),
      ...owePromise(call, 'nobody-signed-in', now),
      ...told.effects,
    ],
  };
}

/** The hotline is closed: he is told so instead of standing in a queue; the promise is for when it opens. */
export function announceClosed(call: Call, { why, opensAt }: Closed, now: Instant): Step<Call> {
  const told = begin(call, { why, answered: false }, now);
  return {
    next: told.next,
    effects: [...answerCaller(call), ...owePromise(call, 'closed', now, opensAt), ...told.effects],
  };
}

/** All that callers may have of the media is in use, but the little that it takes to tell him. */
export function announceFull(call: Call, now: Instant): Step<Call> {
  const told = begin(call, { why: 'full', answered: false }, now);
  return {
    next: told.next,
    effects: [...answerCaller(call), ...owePromise(call, 'over-capacity', now), ...told.effects],
  };
}

function begin(
  call: Call,
  { why, answered }: { why: Absence; answered: boolean },
  now: Instant,
): Step<Call> {
  const mayTell = customerNumber(call) === '';
  const started: CallIn<'announcing'> = {
    ...call,
    stage: { is: 'announcing', why, answered, mayTell, playId: null },
  };
  const told = tellWhenReady(started);
  return {
    next: told.next,
    effects: [
      {
        type: 'timer.set',
        timer: { kind: 'overdue', callId: call.id },
        at: now + FAREWELL_LIMIT_MS,
      },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(started) } },
      ...told.effects,
    ],
  };
}

/** A call that is told that nobody is there. Ends in `wrapping-up`, whatever fails to come. */
export function stepAnnouncing(
  call: CallIn<'announcing'>,
  event: DomainEvent,
  now: Instant,
): Step<Call> {
  const { stage } = call;
  switch (event.type) {
    case 'offer.made':
      throw new BugError(`call ${call.id} is announced to and was offered to ${event.agentId}`);
    case 'leg.answered': {
      if (event.legId !== call.callerLegId || stage.answered) return stay(call);
      const told = tellWhenReady({ ...call, answeredAt: now, stage: { ...stage, answered: true } });
      return { next: told.next, effects: [callerNote(call), ...told.effects] };
    }
    case 'promise.written':
      return stage.mayTell
        ? stay(call)
        : tellWhenReady({ ...call, stage: { ...stage, mayTell: true } });
    case 'play.ended':
      return event.playId === stage.playId ? sayGoodbye(call, 'announced', now) : stay(call);
    case 'timer.fired':
      return event.timer.kind === 'overdue' ? sayGoodbye(call, 'announced', now) : stay(call);
    case 'leg.ended':
      return event.legId === call.callerLegId ? sayGoodbye(call, event.cause, now) : stay(call);
    default:
      return stay(call);
  }
}

function tellWhenReady(call: CallIn<'announcing'>): Step<Call> {
  const { answered, mayTell, why } = call.stage;
  if (!answered || !mayTell) return stay<Call>(call);
  const playId = playIdFor(call.callerLegId, 'farewell');
  return {
    next: { ...call, stage: { ...call.stage, playId } },
    effects: [
      sayTo(call, {
        playId,
        prompts: farewellPrompts(customerNumber(call) !== '', why),
        then: 'silence',
      }),
    ],
  };
}

/** It counts as a promise (or as a call without a number) whoever hung up first. */
const sayGoodbye = (call: CallIn<'announcing'>, cause: EndCause, now: Instant): Step<Call> =>
  finish(
    call,
    {
      outcome: outcomeOf(customerNumber(call) === '' ? 'no-number' : 'promise', cause),
      cause,
      hangup: 'announced',
    },
    now,
  );
