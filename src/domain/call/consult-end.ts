/**
 * How a consultation ends, whoever leaves it first:
 *
 *     the agent takes his customer back       they talk on, the third party is hung up
 *     he completes the transfer, or hangs up  the other two talk; if the third party still rings, once it answers; if the
 *                                             consultation waits in a queue's line, the customer stands in it
 *     the third party does not come, or goes  whose turn it was in a queue's line: it is the next one's; else the
 *                                             customer is the agent's again: on hold, or joined if they were, or if he
 *                                             had handed him over; without an agent he waits in line again
 *     the customer hangs up                   the call is over, for all three
 *     the agent's leg breaks                  the customer waits in line again
 */
import type { DialTarget, Effect } from '../effects';
import { isOurFault, type EndCause } from '../end-cause';
import type { OfferEnded } from '../raised-events';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { customerNumber, type Asked, type Call, type CallIn } from './call';
import {
  filedBroken,
  finish,
  followedBy,
  leftIn,
  outcomeOf,
  owePromise,
  recordingBroken,
  recordingStopped,
} from './closing';
import { bridge, record, resume } from './consult-hearing';
import { callerNote } from './caller-line';
import { backInLine, isInLine, sendOn } from './consult-line';
import { agentHoldNote, outsideNote } from './consult-notes';
import { ringingOver } from './consult-ringing';
import { dismissThird, hangUpThird, leaveLine, offerOver, thirdOf } from './consult-third';
import { agentNote, holdAsPhonesDo } from './holding';
import { placeTaken } from './place';
import { backToQueue, releaseAgent } from './requeue';
import type { Route } from './routing';
import { told } from './telling';

type Consulting = CallIn<'consulting'>;

/** Takes the customer back: at any time, whatever the third party does. */
export function takeBack(call: Consulting, agentLegId: string, now: Instant): Step<Call> {
  // Whose the consultation's file is stands noted before it ends.
  const noted = call.stage.asked.recording ? [callerNote(withConsultFiled(call))] : [];
  const gone = [...noted, ...hangUpThird(call), ...dismissThird(call, 'revoked', now)];
  return followedBy({ next: call, effects: gone }, talkAgain(call, agentLegId, 'joined', now));
}

/** The third party is gone by itself: it refused, did not come, failed, or hung up. */
export function thirdGone(call: Consulting, cause: EndCause, now: Instant): Step<Call> {
  const { agentLegId, hears, handsOver, agentId, asked } = call.stage;
  if (asked.line && !asked.answered) return passed(call, asked.line, cause, now);
  const gone: Effect[] = [
    ...hangUpThird(call, cause),
    ...dismissThird(call, reasonOf(cause), now, cause),
    ...(isOurFault(cause) ? consultBrokenOff(call) : []),
    { type: 'notify', notice: { kind: 'consult.ended', callId: call.id, agentId, cause } },
  ];
  if (agentLegId === null) return followedBy({ next: call, effects: gone }, queueUp(call, now));
  const isHeard = asked.answered ? hears !== 'third' : handsOver;
  return followedBy(
    { next: call, effects: gone },
    talkAgain(call, agentLegId, isHeard ? 'joined' : 'held', now),
  );
}

/** One whose turn it was let it pass: the next one's turn comes, for the agent, or, if he is done, for his customer. */
function passed(
  call: Consulting,
  line: NonNullable<Asked['line']>,
  cause: EndCause,
  now: Instant,
): Step<Call> {
  const { agentLegId, handsOver } = call.stage;
  const gone = [...hangUpThird(call, cause), ...offerOver(call, reasonOf(cause), now, cause)];
  return followedBy(
    { next: call, effects: gone },
    agentLegId === null || handsOver ? sendOn(call, line, now) : backInLine(call),
  );
}

/** Nobody of the queue in whose line it stands is signed in any more, but perhaps who asks. */
export function deserted(call: Consulting, now: Instant): Step<Call> {
  const { agentLegId, agentId } = call.stage;
  if (!isInLine(call) || agentLegId === null) return stay<Call>(call);
  const notice = { callId: call.id, agentId, cause: 'unavailable' as const };
  const gone: Effect[] = [
    ...leaveLine(call, now),
    { type: 'notify', notice: { kind: 'consult.ended', ...notice, code: 'QUEUE_DESERTED' } },
  ];
  return followedBy({ next: call, effects: gone }, talkAgain(call, agentLegId, 'held', now));
}

const reasonOf = (cause: EndCause): OfferEnded['reason'] =>
  cause === 'no-answer' ? 'missed' : 'refused';

/** The agent hung up, which leaves the other two to each other; or his leg broke, which leaves him the queue. */
export function agentGone(call: Consulting, cause: EndCause, now: Instant): Step<Call> {
  const { asked, recordingId } = call.stage;
  if (isOurFault(cause)) {
    const gone = [
      ...hangUpThird(call),
      ...dismissThird(call, 'revoked', now),
      ...consultBrokenOff(call),
    ];
    const waits = followedBy({ next: call, effects: gone }, queueUp(call, now));
    const broken = recordingId === null ? [] : recordingBroken(waits.next, recordingId);
    return { next: waits.next, effects: [...waits.effects, ...broken] };
  }
  if (asked.answered) return handOver(call, now);
  if (isInLine(call) && asked.line) return sendOn(call, asked.line, now);
  const left = withoutAgent(call, now);
  const stop = recordingId === null ? [] : [recordingStopped(call, recordingId)];
  return { next: left.next, effects: [...stop, ...left.effects] };
}

/** Of the consultation; by its legs nobody could tell whose it was. */
const consultBrokenOff = (call: Consulting): Effect[] =>
  call.stage.asked.recording ? [filedBroken(call, call.stage.asked.recordings.consult)] : [];

/** The agent is done; the customer hears music until the third party answers. */
export function withoutAgent(
  call: Consulting,
  now: Instant,
): { next: Consulting; effects: Effect[] } {
  const { agentId, recordingId } = call.stage;
  const next: Consulting = {
    ...call,
    agentId: null,
    talkStartedAt: null,
    bridgedAt: null,
    earlier: recordingId === null ? call.earlier : [...call.earlier, { recordingId, agentId }],
    stage: { ...call.stage, agentLegId: null, recordingId: null, handsOver: true },
  };
  return { next, effects: [callerNote(next), ...told(next), releaseAgent(call, agentId, now)] };
}

/** The customer is gone, and with him what all this was about. */
export function customerGone(call: Consulting, cause: EndCause, now: Instant): Step<Call> {
  const { agentId, agentLegId } = call.stage;
  const usual = agentLegId === null ? 'left' : 'talk';
  const dismissed = dismissThird(call, 'caller-left', now, null, true);
  const ended = finish(
    call,
    { outcome: outcomeOf(usual, cause), cause, hangup: 'partner-left' },
    now,
  );
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      ...dismissed,
      ...(agentLegId === null
        ? owePromise(call, 'abandoned', now)
        : [releaseAgent(call, agentId, now)]),
    ],
  };
}

/**
 * The third party, which is there, takes the customer; the agent who asked is done with him. Where it is of another
 * store the call is that one's from here on, with the segment that begins.
 */
export function handOver(call: Consulting, now: Instant): Step<Call> {
  const { agentId, agentLegId, asked } = call.stage;
  const files = runningFiles(call);
  const talks = [...call.earlier, ...files.map((id) => ({ recordingId: id, agentId }))];
  const facts: Call = {
    ...call,
    ...(asked.takerRoute ? inStoreOf(asked.takerRoute, call) : {}),
    talkStartedAt: now,
    bridgedAt: now,
    earlier: asked.takerRoute ? leftIn(call.route.storeId, talks) : talks,
  };
  const { next, note } = takenOver(facts, call.stage, thirdOf(call));
  const taken: Step<Call> = {
    next,
    effects: [
      // Whose the files are that end now is noted before they end, and who talks next after: of a fall in between
      // either the consultation is found, or the talk.
      callerNote(next),
      ...files.map((id) => recordingStopped(call, id)),
      note,
      bridge(call, call.callerLegId, asked.legId),
      record(next, asked.recordings.talk, { left: call.callerLegId, right: asked.legId }, now),
      ...(agentLegId === null
        ? []
        : [
            { type: 'leg.hangup' as const, legId: agentLegId, cause: 'transferred' as const },
            releaseAgent(call, agentId, now),
          ]),
      ...(asked.takerRoute ? [placeTaken(next)] : []),
      ...told(next),
      {
        type: 'raise',
        event: {
          type: 'talk.joined',
          at: now,
          storeId: next.route.storeId,
          hotline: next.route.hotline,
          number: customerNumber(call),
        },
      },
    ],
  };
  if (next.stage.is === 'talking')
    return followedBy(taken, holdAsPhonesDo({ ...next, stage: next.stage }));
  const release: Effect = { type: 'leg.release', legId: call.callerLegId, other: asked.legId };
  return { next, effects: [...taken.effects, release] };
}

/** There the place is another one that was set aside, as for who is sent to its queue. */
const inStoreOf = (route: Route, { ids, stage }: Consulting): Pick<Call, 'route' | 'ids'> => ({
  route,
  ids: { ...ids, entryId: stage.asked.entryId },
});

/** A colleague becomes the call's agent; a number is nobody of ours, so the call stays the asker's. */
function takenOver(
  facts: Call,
  { asked, agentId }: Consulting['stage'],
  to: DialTarget,
): { next: Call; note: Effect } {
  const recordingId = asked.recordings.talk;
  if (to.kind === 'phone') {
    const talk: CallIn<'talking'> = {
      ...facts,
      agentId: to.agentId,
      stage: {
        is: 'talking',
        line: { is: 'joined' },
        agentId: to.agentId,
        agentLegId: asked.legId,
        recordingId,
      },
    };
    return { next: talk, note: agentNote(talk) };
  }
  const outside: CallIn<'forwarded'> = {
    ...facts,
    agentId,
    stage: {
      is: 'forwarded',
      agentId,
      outsideLegId: asked.legId,
      number: to.number,
      recordingId,
    },
  };
  return { next: outside, note: outsideNote(outside) };
}

/** The customer is his agent's again: joined to him, or on hold until he takes him back. */
function talkAgain(
  call: Consulting,
  agentLegId: string,
  line: 'joined' | 'held',
  now: Instant,
): Step<Call> {
  const { agentId, recordingId } = call.stage;
  const talk: CallIn<'talking'> = {
    ...withConsultFiled(call),
    bridgedAt: call.bridgedAt ?? now,
    stage: {
      is: 'talking',
      line: line === 'joined' ? { is: 'joined' } : { is: 'held', atDesk: true },
      ...{ agentId, agentLegId, recordingId },
    },
  };
  const again: Step<Call> = {
    next: talk,
    effects: [
      line === 'joined' ? agentNote(talk) : agentHoldNote(talk),
      ...(call.stage.asked.recording ? [callerNote(talk)] : []),
      ...(line === 'joined' ? [bridge(call, call.callerLegId, agentLegId)] : []),
      ...(line === 'held' && (call.stage.asked.rings || isInLine(call))
        ? [ringingOver(call.id, agentLegId)]
        : []),
      ...resume(call, recordingId),
      ...told(talk),
    ],
  };
  return line === 'joined' ? followedBy(again, holdAsPhonesDo(talk)) : again;
}

/** Nobody is left for him: he waits again, at the place of his arrival. */
function queueUp(call: Consulting, now: Instant): Step<Call> {
  const { agentId, recordingId, asked } = call.stage;
  const talk: CallIn<'talking'> = {
    ...withConsultFiled(call),
    stage: {
      is: 'talking',
      line: { is: 'held', atDesk: true },
      ...{ agentId, agentLegId: '', recordingId },
    },
  };
  return backToQueue(talk, { route: call.route, entryId: asked.entryId }, now);
}

/** The consultation's file is finished later than it is stopped, and is the asker's. */
function withConsultFiled(call: Consulting): Consulting {
  const { asked, agentId } = call.stage;
  if (!asked.recording) return call;
  const recordingId = asked.recordings.consult;
  return { ...call, earlier: [...call.earlier, { recordingId, agentId }] };
}

const runningFiles = ({ stage: { asked, recordingId } }: Consulting): string[] => [
  ...(asked.recording ? [asked.recordings.consult] : []),
  ...(recordingId === null ? [] : [recordingId]),
];
