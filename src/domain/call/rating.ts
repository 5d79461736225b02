/**
 * What a caller is asked when his telemarketer has hung up and the queue wants to know (`afterTalk: rating`): how he was served,
 * and whether what he called for is settled. His telemarketer is free meanwhile, and he may hang up at any time.
 *
 *     talk over --> score, 1 to 5 --> settled? 1 or 2 --> thanked --> hung up
 *                     '--nothing--------------------------'--> hung up
 *
 * The call is the talk that it was, and ended with it.
 */
import type { Effect } from '../effects';
import type { DomainEvent } from '../events';
import type { LegEnded } from '../leg-events';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { snapshot, type Call, type CallIn } from './call';
import { fileRecording, finish, recordingStopped } from './closing';
import { ask, keysTimer, stepAsking, type AskStep, type Asking, type Question } from './keypad';
import { playIdFor } from './prompts';
import { releaseAgent } from './requeue';
import { sayTo } from './saying';

/** How far he is; `said` is what he has said of the talk so far. */
export interface Rated {
  readonly talkEndedAt: Instant;
  readonly step:
    | { is: 'score'; asking: Asking }
    | { is: 'settled'; asking: Asking; score: number }
    | { is: 'thanked'; playId: string };
}

type Rating = CallIn<'rating'>;

/** All of it together; then the call ends whatever is missing. */
const LIMIT_MS: Millis = seconds(60);

const SCORE: Question = {
  ...{ name: 'score', say: ['rating-ask'], wants: { oneOf: '12345' }, isOptional: true },
};
const SETTLED: Question = {
  ...{ name: 'settled', say: ['rating-settled'], wants: { oneOf: '12' }, isOptional: true },
};

/** His agent has hung up, and he is still there; of no other talk is anything asked. */
export const isToBeRated = (
  { direction, route, stage, callerLegId, legs, emergency }: CallIn<'talking'>,
  { cause }: LegEnded,
): boolean =>
  direction === 'inbound' &&
  !emergency &&
  route.afterTalk === 'rating' &&
  cause === 'hangup' &&
  stage.line.is === 'joined' &&
  legs.includes(callerLegId);

/** The talk is over for its agent, and for its recording. */
export function askRating(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const { id: callId, callerLegId: legId, stage } = call;
  const { agentId, recordingId } = stage;
  const { next: asking, effects } = ask(call, SCORE, now);
  const next: Rating = {
    ...call,
    stage: { is: 'rating', agentId, recordingId, talkEndedAt: now, step: { is: 'score', asking } },
  };
  return {
    next,
    effects: [
      ...(recordingId === null ? [] : [recordingStopped(call, recordingId)]),
      releaseAgent(call, agentId, now),
      { type: 'media.keys', callId, legId, relay: true },
      ...effects,
      { type: 'timer.set', timer: { kind: 'overdue', callId }, at: now + LIMIT_MS },
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
    ],
  };
}

/** A caller who is asked. */
export function stepRating(call: Rating, event: DomainEvent, now: Instant): Step<Call> {
  const { step } = call.stage;
  switch (event.type) {
    case 'leg.ended':
      return event.legId === call.callerLegId ? end(call, now) : stay<Call>(call);
    case 'recording.finished': {
      const isIts = event.recordingId === call.stage.recordingId;
      const stage = isIts ? { ...call.stage, recordingId: null } : call.stage;
      return { next: { ...call, stage }, effects: [fileRecording(call, event)] };
    }
    case 'timer.fired':
      if (event.timer.kind === 'overdue') return end(call, now);
      break;
    case 'play.ended':
      if (step.is === 'thanked') return event.playId === step.playId ? end(call, now) : stay(call);
      break;
    default:
      break;
  }
  if (step.is === 'thanked') return stay<Call>(call);
  const asked = stepAsking(call, step.asking, event, now);
  return asked ? answer(call, step, asked, now) : stay<Call>(call);
}

type Step1or2 = Exclude<Rated['step'], { is: 'thanked' }>;

function answer(call: Rating, step: Step1or2, asked: AskStep, now: Instant): Step<Call> {
  const { reply, effects, next: asking } = asked;
  if (!reply) return { next: at(call, { ...step, asking }), effects };
  const then = (next: Step<Call>): Step<Call> => ({
    next: next.next,
    effects: [...effects, ...next.effects],
  });
  if (reply.is === 'none') return then(step.is === 'score' ? end(call, now) : thank(call, now));
  if (step.is === 'score') {
    const score = Number(reply.keys);
    const second = ask(call, SETTLED, now);
    const next = at(call, { is: 'settled', asking: second.next, score });
    return then({ next, effects: [save(call, { score, settled: null }), ...second.effects] });
  }
  const saved = save(call, { score: step.score, settled: reply.keys === '1' });
  const thanked = thank(call, now);
  return then({ next: thanked.next, effects: [saved, ...thanked.effects] });
}

const at = (call: Rating, step: Rated['step']): Rating => ({
  ...call,
  stage: { ...call.stage, step },
});

function thank(call: Rating, now: Instant): Step<Call> {
  const playId = playIdFor(call.callerLegId, 'thanks', now);
  const prompts = ['rating-thanks', 'goodbye'] as const;
  return {
    next: at(call, { is: 'thanked', playId }),
    effects: [sayTo(call, { playId, prompts, then: 'silence' })],
  };
}

const save = (
  { id: callId, route, stage }: Rating,
  said: { score: number; settled: boolean | null },
): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'rating.saved',
    rating: {
      ...{ callId, agentId: stage.agentId, storeId: route.storeId, queueId: route.queueId },
      ...{ at: stage.talkEndedAt, ...said },
    },
  },
});

function end(call: Rating, now: Instant): Step<Call> {
  const endedAt = call.stage.talkEndedAt;
  const ended = finish(
    call,
    { outcome: 'talk', cause: 'hangup', hangup: 'partner-left', endedAt },
    now,
  );
  return {
    next: ended.next,
    effects: [{ type: 'timer.clear', timer: keysTimer(call.id) }, ...ended.effects],
  };
}
