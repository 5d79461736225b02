/**
 * "Press 1, and we call you back; you keep your place": what a waiting caller says of it by his keys.
 *
 *     music, told --1--> asked for the number --given--> promised in his place, told, hung up (announcing.ts)
 *                          '--nothing said to it--> thanked for waiting, music
 *
 * He stands in his line until he has given it, and phones ring on: an agent who picks up meanwhile has him, and
 * nothing is promised. Who hangs up meanwhile has left, and is called at the number that he gave.
 */
import type { DomainEvent } from '../events';
import type { Step } from '../step';
import type { Instant } from '../time';
import { promiseAsked } from './announcing';
import type { Call } from './call';
import { answerEarly, callerNote } from './caller-line';
import type { WaitingLine } from './lines';
import { askNumber, stepNumber, type NumberStep } from './number-talk';
import { playIdFor } from './prompts';
import { sayTo } from './saying';
import { CALLBACK_KEY, mayBeCalledBack } from './wait-told';
import { withLine, type Waiting } from './waiting-line';

const LISTENING: readonly WaitingLine['is'][] = ['welcome', 'music', 'told'];

/** Null when the event is nothing to it. */
export function stepCallback(call: Waiting, event: DomainEvent, now: Instant): Step<Call> | null {
  const { line } = call.stage;
  if (line.is === 'asked') {
    const step = stepNumber(call, line.talk, event, now);
    return step && goOn(call, step, now);
  }
  const isWish =
    event.type === 'key.pressed' && event.legId === call.callerLegId && event.key === CALLBACK_KEY;
  return isWish && LISTENING.includes(line.is) && mayBeCalledBack(call)
    ? beginAnswered(call, now)
    : null;
}

/** Whose carrier let his key through before our answer has that with the question. */
function beginAnswered(call: Waiting, now: Instant): Step<Call> {
  if (call.early !== 'unanswered') return beginCallback(call, now);
  const answered = answerEarly(call);
  const begun = beginCallback(answered.next, now);
  return { next: begun.next, effects: [...answered.effects, ...begun.effects] };
}

/** Also for who was being asked when this app fell. */
export const beginCallback = (call: Waiting, now: Instant): Step<Call> =>
  goOn(call, askNumber(call, [], now), now);

function goOn(call: Waiting, { next: talk, effects, reply }: NumberStep, now: Instant): Step<Call> {
  if (talk !== null) {
    const given = talk.isEntered ? talk.number : undefined;
    const next = withLine({ ...call, given }, { is: 'asked', talk });
    return { next, effects: [...effects, callerNote(next)] };
  }
  const isGiven = reply?.is === 'number';
  const step = isGiven ? promiseAsked(call, now) : waitOn(call, now);
  return { next: step.next, effects: [...effects, ...step.effects] };
}

/** He has given no number, or not said that it is his: he goes on waiting, and may press 1 again. */
function waitOn(call: Waiting, now: Instant): Step<Call> {
  const playId = playIdFor(call.callerLegId, 'wait', now);
  const next = withLine({ ...call, given: undefined }, { is: 'told', playId });
  const interrupt = CALLBACK_KEY;
  return {
    next,
    effects: [
      sayTo(call, { playId, prompts: ['still-busy'], then: 'music', interrupt }),
      callerNote(next),
    ],
  };
}
