/**
 * From the agent's pick-up to the end of the talk:
 *
 *     pick-up --> caller answered? --> notice owed? --> bridged <--> held --> one leg ends --> over
 *
 * Talk and recording count from the pick-up (A04). The caller hears the recording notice before he
 * is joined to anybody; the agent hears store and queue meanwhile. Hold is holding.ts.
 */
import { BugError } from '../errors';
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import { recordingPath } from '../recording/path';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { customerNumber, snapshot, type Call, type CallIn, type Offer } from './call';
import { answerCaller, callerNote } from './caller-line';
import { fileRecording, finish, followedBy, outcomeOf, owePromise } from './closing';
import { afterAgent } from './agent-gone';
import { beginConsult } from './consult';
import { agentNote, holdAsPhonesDo } from './holding';
import { joinTalks } from './joining';
import { muteTalk } from './muting';
import { park } from './park';
import { agentPrompts, playIdFor } from './prompts';
import { releaseAgent } from './requeue';
import { sayTo } from './saying';
import { nothingDue } from './wait-told';
import { takeOver } from './take-over';
import { transfer } from './transfer';
import { answerOf } from './waiting-line';

/** A notice lasts two seconds; parties whose notice never ends are joined after this all the same. */
export const NOTICE_LIMIT_MS: Millis = seconds(6);

/** The phone of the agent who was made the offer was answered: it becomes a talk. */
export function pickUp(call: CallIn<'offered'>, offer: Offer, now: Instant): Step<Call> {
  const { early: _, ...known } = call;
  const talk: CallIn<'talking'> = {
    ...known,
    agentId: offer.agentId,
    noPop: offer.noPop === true,
    talkStartedAt: now,
    stage: {
      is: 'talking',
      line: { is: 'answering' },
      agentId: offer.agentId,
      agentLegId: offer.legId,
      recordingId: offer.recordingId,
    },
  };
  const joined = approach(talk, answerOf(call), now);
  return {
    next: joined.next,
    effects: [
      {
        type: 'timer.clear',
        timer: { kind: 'offer-ring', callId: call.id, offerId: offer.offerId },
      },
      ...nothingDue(call),
      // Whoever has a note is found again, and recorded, should the app fall behind it.
      agentNote(talk),
      // The caller's endpoint is made by his 200, so that comes before the recording names it.
      ...joined.effects,
      startRecording(talk, offer.recordingId, now),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(joined.next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(joined.next) } },
      withdrawPop(offer),
      {
        type: 'raise',
        event: {
          type: 'talk.started',
          at: now,
          callId: call.id,
          entryId: call.ids.entryId,
          agentId: offer.agentId,
        },
      },
    ],
  };
}

const withdrawPop = ({ offerId, agentId }: Offer): Effect => ({
  type: 'notify',
  notice: {
    kind: 'offer.withdrawn',
    offerId,
    agentId,
    reason: 'answered',
    cause: null,
  },
});

/** Brings a caller towards the agent who has picked up: `answer` is how far our answer to him is. */
function approach(
  call: CallIn<'talking'>,
  answer: ReturnType<typeof answerOf>,
  now: Instant,
): Step<Call> {
  if (answer === 'none') return { next: call, effects: answerCaller(call) };
  return answer === 'asked' ? stay<Call>(call) : noticeOrBridge(call, now);
}

/** A call whose agent has picked up. Throws `BugError` when it is offered once more. */
export function stepTalking(call: CallIn<'talking'>, event: DomainEvent, now: Instant): Step<Call> {
  const { line } = call.stage;
  switch (event.type) {
    case 'offer.made':
      throw new BugError(`call ${call.id} is talking and was offered to ${event.agentId}`);
    case 'leg.answered':
      if (event.legId !== call.callerLegId || line.is !== 'answering') return stay(call);
      return callerAnswered(call, now);
    case 'play.ended':
      if (line.is !== 'notice' || event.playId !== line.playId) return stay(call);
      return bridge({ ...call, noticeOwed: event.reason !== 'finished' }, now);
    case 'timer.fired':
      return event.timer.kind === 'overdue' && line.is === 'notice'
        ? bridge(call, now)
        : stay(call);
    case 'recording.finished': {
      // Only a recording that failed finishes during the talk; the talk goes on without it.
      const effects = [fileRecording(call, event)];
      if (event.recordingId !== call.stage.recordingId) return { next: call, effects };
      return { next: { ...call, stage: { ...call.stage, recordingId: null } }, effects };
    }
    case 'keys.pressed':
      return event.agentId === call.stage.agentId ? pressKeys(call, event.keys) : stay(call);
    case 'talk.muted':
      return muteTalk(call, event);
    case 'talk.transferred':
      return transfer(call, event, now);
    case 'consult.begun':
      return beginConsult(call, event, now);
    case 'talk.parked':
      return park(call, event, now);
    case 'talk.taken-over':
      return takeOver(call, event, now);
    case 'talks.joined':
      return joinTalks(call, event, now);
    case 'leg.ended':
      if (event.legId === call.callerLegId) return endTalk(call, event.cause, now);
      if (event.legId !== call.stage.agentLegId) return stay(call);
      return afterAgent(call, event, now) ?? endTalk(call, event.cause, now);
    default:
      return stay(call);
  }
}

/** For the customer, once he is there. */
function pressKeys(call: CallIn<'talking'>, keys: string): Step<Call> {
  const { line } = call.stage;
  if (line.is !== 'joined' && line.is !== 'held') return stay<Call>(call);
  const press: Effect = { type: 'media.press', callId: call.id, legId: call.callerLegId, keys };
  return { next: call, effects: [press] };
}

function callerAnswered(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const { next, effects } = noticeOrBridge({ ...call, answeredAt: now }, now);
  return { next, effects: [callerNote(call), ...effects] };
}

function noticeOrBridge(call: CallIn<'talking'>, now: Instant): Step<Call> {
  return call.noticeOwed ? playNotice(call, now) : bridge(call, now);
}

function playNotice(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const playId = playIdFor(call.callerLegId, 'notice');
  const { agentLegId } = call.stage;
  return {
    next: { ...call, stage: { ...call.stage, line: { is: 'notice', playId } } },
    effects: [
      sayTo(call, { playId, prompts: ['recording-notice'], then: 'silence' }),
      {
        type: 'media.play',
        callId: call.id,
        legId: agentLegId,
        playId: playIdFor(agentLegId, 'store-call'),
        prompts: agentPrompts(call),
        then: 'silence',
        owners: [call.route.queueId, call.route.storeId],
      },
      {
        type: 'timer.set',
        timer: { kind: 'overdue', callId: call.id },
        at: now + NOTICE_LIMIT_MS,
      },
    ],
  };
}

/** Joins the parties, however far the notice has come. */
export function bridge(call: CallIn<'talking'>, now: Instant): Step<Call> {
  const next: CallIn<'talking'> = {
    ...call,
    bridgedAt: now,
    stage: { ...call.stage, line: { is: 'joined' } },
  };
  const joined: Step<Call> = {
    next,
    effects: [
      { type: 'timer.clear', timer: { kind: 'overdue', callId: call.id } },
      { type: 'media.bridge', callId: call.id, a: call.callerLegId, b: call.stage.agentLegId },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      {
        type: 'raise',
        event: {
          type: 'talk.joined',
          at: now,
          storeId: call.route.storeId,
          hotline: call.route.hotline,
          number: customerNumber(call),
        },
      },
    ],
  };
  return followedBy(joined, holdAsPhonesDo(next));
}

/** One leg ended, so the talk is over. Who was never joined to the agent is called back. */
export function endTalk(call: CallIn<'talking'>, cause: EndCause, now: Instant): Step<Call> {
  const ended = finish(
    call,
    { outcome: outcomeOf('talk', cause), cause, hangup: 'partner-left' },
    now,
  );
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      releaseAgent(call, call.stage.agentId, now),
      ...(call.bridgedAt === null ? owePromise(call, 'abandoned', now) : []),
    ],
  };
}

/** The stereo recording of a talk: left its customer, right its agent. */
export const startRecording = (
  call: CallIn<'talking'>,
  recordingId: string,
  startedAt: Instant,
): Effect => ({
  type: 'record.start',
  callId: call.id,
  recordingId,
  path: recordingPath({ storeId: call.route.storeId, callId: call.id, recordingId, startedAt }),
  left: call.callerLegId,
  right: call.stage.agentLegId,
});
