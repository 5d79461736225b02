/**
 * Decides what becomes of a caller whose agent's leg has ended while he is still there: he is asked how it was, or waits
 * again where nobody wanted that end, or where it came before he and his agent heard each other. Else the call is over.
 */
import { isOurFault } from '../end-cause';
import type { LegEnded } from '../leg-events';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { followedBy, recordingBroken, recordingStopped } from './closing';
import { wasJoined } from './holding';
import { askRating, isToBeRated } from './rating';
import { backToQueue } from './requeue';

/** Null: the talk ends for both. */
export function afterAgent(
  call: CallIn<'talking'>,
  event: LegEnded,
  now: Instant,
): Step<Call> | null {
  if (isToBeRated(call, event)) return askRating(call, now);
  if (call.direction !== 'inbound') return null;
  if (isOurFault(event.cause)) return queueAgain(call, now);
  return wasJoined(call) ? null : backInLine(call, now);
}

/**
 * The agent's leg was lost by our fault: the edge fell, or his phone never acknowledged. A caller who is
 * still there is no reason to lose him as well: he waits again, where he stood. Should he be
 * gone too, that is told next, and the call ends as broken.
 */
function queueAgain(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const { route, ids, stage } = call;
  const waits = backToQueue(unspoken(call), { route, entryId: ids.entryId }, now);
  if (stage.recordingId === null) return waits;
  return followedBy(waits, {
    next: waits.next,
    effects: recordingBroken(waits.next, stage.recordingId),
  });
}

/** His phone picked up and hung up while the caller was still being answered, or heard the notice: no talk came of it. */
function backInLine(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const { route, ids, stage } = call;
  const waits = backToQueue(unspoken(call), { route, entryId: ids.entryId, inVain: true }, now);
  if (stage.recordingId === null) return waits;
  return followedBy(waits, {
    next: waits.next,
    effects: [recordingStopped(call, stage.recordingId)],
  });
}

/** A talk in which nobody was heard is none: if he had no other before, he has had none. */
function unspoken(call: CallIn<'talking'>): CallIn<'talking'> {
  const { firstTalkAt, ...known } = call;
  return !wasJoined(call) && firstTalkAt === call.talkStartedAt ? known : call;
}
