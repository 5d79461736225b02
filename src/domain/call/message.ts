/**
 * The end of a farewell: what becomes of him is told, and he may leave a message, which is kept with his call and
 * with the promise.
 *
 *     told --2--> invited --tone--> message --#, silence, two minutes--> thanked
 *       '--nothing----------------------------------------------------> goodbye
 *
 * Hanging up ends a message like `#`: what was said is kept.
 */
import type { Effect } from '../effects';
import type { DomainEvent, RecordingFinished } from '../events';
import type { RecordingId } from '../ids';
import { recordingPath } from '../recording/path';
import type { Spoken } from '../spoken';
import type { Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { calledBackAt, type Call, type CallIn } from './call';
import { callerNote } from './caller-line';
import { fileRecording, followedBy, recordingStopped } from './closing';
import { ask, keysTimer, stepAsking, type Question } from './keypad';
import type { Farewell } from './lines';
import { announcedOwed } from './promise-owed';
import { absencePrompts, farewellPrompts, playIdFor } from './prompts';
import { sayTo } from './saying';

export type Announcing = CallIn<'announcing'>;

/** An answer, a fsync or an announcement takes no longer; then the call ends whatever is missing. */
const FAREWELL_LIMIT_MS: Millis = seconds(45);

/** A message is no longer than this. */
export const LONGEST_MESSAGE_MS: Millis = seconds(120);
/** Who says nothing for so long has said it. */
const SILENCE_MS: Millis = seconds(6);

const MESSAGE_KEY = '2';
const PATIENCE_MS: Millis = seconds(4);

/** There is no stream for more than a few words, or he is one of ours. */
export const isBrief = ({ stage, direction }: Announcing): boolean =>
  stage.why === 'full' || direction === 'internal';

/** What is promised is on disk, or there is nothing to promise. */
export function tell(call: Announcing, now: Instant): Step<Call> {
  const { why } = call.stage;
  const first = farewellPrompts(calledBackAt(call) !== '', why);
  if (isBrief(call)) return goodbye(call, [...absencePrompts(why), ...first], now);
  if (why === 'asked' || call.route.voiceMessage === false)
    return goodbye(call, [...first, 'goodbye'], now);
  const question: Question = {
    ...{ name: 'message', first, say: ['message-offer'], wants: { oneOf: MESSAGE_KEY } },
    ...{ isOptional: true, patienceMs: PATIENCE_MS },
  };
  const { next: asking, effects } = ask(call, question, now);
  return { next: at(call, { is: 'told', asking }), effects };
}

const at = (call: Announcing, step: Farewell): Announcing => ({
  ...call,
  stage: { ...call.stage, step },
});

/** Last words, after which he is hung up. */
export function goodbye(call: Announcing, prompts: readonly Spoken[], now: Instant): Step<Call> {
  const playId = playIdFor(call.callerLegId, 'farewell', now);
  return {
    next: at(call, { is: 'goodbye', playId }),
    effects: [
      sayTo(call, { playId, prompts, then: 'silence' }),
      { type: 'timer.clear', timer: keysTimer(call.id) },
      farewellLimit(call, now),
    ],
  };
}

export const farewellLimit = ({ id: callId }: Call, now: Instant): Effect => ({
  ...{ type: 'timer.set', timer: { kind: 'overdue', callId } },
  at: now + FAREWELL_LIMIT_MS,
});

/** One event of a caller who has been told; null when it is nothing to this. */
export function stepMessage(call: Announcing, event: DomainEvent, now: Instant): Step<Call> | null {
  const { step } = call.stage;
  switch (step.is) {
    case 'told': {
      const answer = stepAsking(call, step.asking, event, now);
      if (!answer) return null;
      const { next: asking, effects, reply } = answer;
      if (!reply) return { next: at(call, { is: 'told', asking }), effects };
      const then = reply.is === 'keys' ? invite(call, now) : goodbye(call, ['goodbye'], now);
      return followedBy({ next: then.next, effects }, then);
    }
    case 'invited':
      return event.type === 'play.ended' && event.playId === step.playId
        ? listen(call, messageIdOf(call), now)
        : null;
    case 'message':
      return stepListening(call, event, now);
    default:
      return null;
  }
}

/** Set aside with the call: a promise has one message at most, and there is a message without a promise. */
const messageIdOf = ({ ids }: Call): RecordingId => ids.promiseId;

function invite(call: Announcing, now: Instant): Step<Call> {
  const playId = playIdFor(call.callerLegId, 'message', now);
  return {
    next: at(call, { is: 'invited', playId }),
    effects: [
      sayTo(call, { playId, prompts: ['message-leave', 'beep'], then: 'silence' }),
      farewellLimit(call, now),
    ],
  };
}

/** The tone is over: what he says is kept from here on. */
function listen(call: Announcing, recordingId: RecordingId, now: Instant): Step<Call> {
  const { id: callId, callerLegId, route } = call;
  const next: Announcing = {
    ...call,
    stage: { ...call.stage, step: { is: 'message' }, recordingId },
  };
  const path = recordingPath({ storeId: route.storeId, callId, recordingId, startedAt: now });
  return {
    next,
    effects: [
      {
        ...{ type: 'record.start', callId, recordingId, path },
        ...{ left: callerLegId, right: callerLegId, quietMs: SILENCE_MS },
      },
      messageLimit(call, now),
      callerNote(next),
      ...announcedOwed(next, now, recordingId),
    ],
  };
}

const messageLimit = ({ id }: Call, now: Instant): Effect => ({
  ...{ type: 'timer.set', timer: keysTimer(id), at: now + LONGEST_MESSAGE_MS },
});

/** The app fell while he spoke; his file is still being written. */
export const listenOn = (call: Announcing, recordingId: RecordingId, now: Instant): Step<Call> => ({
  next: { ...call, stage: { ...call.stage, step: { is: 'message' }, recordingId } },
  effects: [messageLimit(call, now)],
});

function stepListening(call: Announcing, event: DomainEvent, now: Instant): Step<Call> | null {
  switch (event.type) {
    case 'key.pressed':
      return event.legId === call.callerLegId && event.key === '#' ? thank(call, now) : null;
    case 'timer.fired':
      return event.timer.kind === 'keys-due' ? thank(call, now) : null;
    default:
      return null;
  }
}

/** The last words to who left a message. */
export const SAVED: readonly Spoken[] = ['message-saved', 'goodbye'];

/** His message, or a talk of his before. Nobody ended it: he fell silent, or no disk took it. */
export function fileMessage(call: Announcing, event: RecordingFinished, now: Instant): Step<Call> {
  const { stage } = call;
  const isHis = event.recordingId === stage.recordingId;
  const next: Announcing = isHis ? { ...call, stage: { ...stage, recordingId: null } } : call;
  const filed: Step<Call> = { next, effects: [fileRecording(call, event)] };
  if (!isHis || stage.step.is !== 'message') return filed;
  const isKept = event.file.result === 'stored';
  return followedBy(filed, goodbye(next, isKept ? SAVED : ['goodbye'], now));
}

/** His file is finished while he is thanked. */
function thank(call: Announcing, now: Instant): Step<Call> {
  const { recordingId } = call.stage;
  const stopped = recordingId === null ? [] : [recordingStopped(call, recordingId)];
  const then = goodbye(call, SAVED, now);
  return followedBy({ next: then.next, effects: stopped }, then);
}
