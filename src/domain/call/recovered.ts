/**
 * Decides what becomes of a call that outlived the app:
 *
 *     caller alone, no talk yet      back into the queue at the old place, with music
 *     who is asked or told something goes on with it (recovered-dialogue.ts)
 *     caller and agent               the talk goes on, on hold if it was; if they were not joined yet, now
 *                                    they are
 *     with somebody whom he asks     the consultation goes on; without him they are joined (consult-recovered.ts)
 *     caller and outside number      they talk on
 *     caller alone, parked           in his slot, with music and what is left of his time
 *     caller alone after a talk      the agent is gone: hung up, closed as a talk
 *     agent alone                    the caller is gone: hung up, closed
 *     whom we called alone           he had just picked up, and who called is gone: hung up, closed
 *     neither                        both ended while nobody listened; their ends are told soon. Unless the edge
 *                                    fell as well: then nobody hung up, and it ends as of that
 */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { CallRecovered, RecoveredCall } from '../recovered-call';
import type { RecordingId } from '../ids';
import type { ParkedNote } from '../agent-events';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { askAgain } from './lookup-again';
import {
  customerNumber,
  snapshot,
  type Call,
  type CallFacts,
  type CallIn,
  type TalkingLine,
} from './call';
import { answerCaller } from './caller-line';
import { resume } from './consult-hearing';
import { fileOf, resumeConsult, resumeForwarded } from './consult-recovered';
import { ringingOver } from './consult-ringing';
import { finish, followedBy, leaveQueue, outcomeOf, owesLead, recordingStopped } from './closing';
import { agentNote, holdAgain, holdAsPhonesDo, joinParties } from './holding';
import { muteAgain } from './muting';
import { resumeParked } from './park';
import { placeTaken } from './place';
import { announcedBefore, askedBefore, leftWhileAway } from './recovered-dialogue';
import type { Route } from './routing';
import { bridge, startRecording } from './talking';

type AgentLeg = NonNullable<RecoveredCall['agentLeg']>;

/** `route` as the plan has it today. */
export function recover(event: CallRecovered, route: Route, now: Instant): Step<Call> {
  const { call: found } = event;
  const { next, effects } = recoverStage(factsOf(found, route), found, now);
  return { next, effects: [...colleagueRecovered(next, now), ...effects] };
}

function recoverStage(facts: CallFacts, found: RecoveredCall, now: Instant): Step<Call> {
  if (found.callerLegId === undefined) return closeRest(facts, found, now);
  if (found.third) return asked(found, resumeConsult(facts, found, found.third, now));
  if (found.outsideLeg) return asked(found, resumeForwarded(facts, found, found.outsideLeg, now));
  if (found.agentLeg) return resumeTalk(facts, found, found.agentLeg, now);
  if (found.parked) return parkedAgain(facts, found.parked);
  const { dialogue } = found;
  if (dialogue && dialogue.about !== 'callback')
    return asked(found, announcedBefore(facts, found, { ...dialogue, about: dialogue.about }, now));
  return found.talkStartedAt === undefined && !found.calling
    ? resumeWaiting(facts, found, now)
    : closeRest(facts, found, now);
}

/** His name is not in any record: it is asked for again. */
const asked = (found: RecoveredCall, { next, effects }: Step<Call>): Step<Call> => ({
  next,
  effects: [
    ...effects,
    ...muteAgain(next),
    ...(hadPlace(found) ? [placeTaken(next)] : []),
    ...askWhoHeIs(next),
  ],
});

const askWhoHeIs = (call: Call): Effect[] =>
  call.lookup === 'unavailable' ? [askAgain(call)] : [];

function factsOf(found: RecoveredCall, route: Route): CallFacts {
  const callerLegId = found.callerLegId ?? '';
  const { callerLegId: caller, agentLeg, third, outsideLeg } = found;
  const legs = [caller, agentLeg?.legId, third?.legId, outsideLeg?.legId].filter(
    (id) => id !== undefined,
  );
  return {
    id: found.callId,
    direction: found.direction,
    route,
    trunkId: found.trunkId,
    from: found.from,
    to: found.to,
    menu: found.menu,
    given: found.dialogue?.given,
    displayName: found.callerName,
    emergency: found.emergency ?? false,
    ids: found.ids,
    callerLegId,
    // Whom one of ours calls, and who helps, is nobody's lead.
    lookup: found.direction === 'internal' || found.emergency ? 'none' : 'unavailable',
    callerName: found.callerName,
    ...(found.standing ? { standing: found.standing } : {}),
    leadId: found.leadId ?? null,
    customerId: found.customerId ?? null,
    agentId: found.agentLeg?.agentId ?? found.agentId ?? null,
    colleagueId: found.colleagueId ?? null,
    arrivedAt: found.arrivedAt,
    offeredAt: found.offeredAt ?? null,
    promises: found.promises ?? [],
    noPop: found.noPop ?? false,
    answeredAt: found.answeredAt ?? null,
    talkStartedAt: found.talkStartedAt ?? null,
    bridgedAt: joinedAt(found),
    ...(found.firstTalkAt === undefined ? {} : { firstTalkAt: found.firstTalkAt }),
    endedAt: null,
    outcome: null,
    endCause: null,
    // Whether the notice was heard to its end is not known any more: it is played again.
    noticeOwed: route.notice,
    legs,
    earlier: found.earlier ?? [],
    holding: (found.holding ?? []).filter((id) => legs.includes(id)),
    muted: (found.muted ?? []).filter((id) => legs.includes(id)),
  };
}

/** Who is on hold was joined before; when, may not have been written down. */
function joinedAt(found: RecoveredCall): Instant | null {
  if (found.bridgedAt !== undefined) return found.bridgedAt;
  if (found.arriving) return null;
  return found.bridged || found.heldAtDesk ? (found.talkStartedAt ?? found.arrivedAt) : null;
}

/** Who was not answered yet hears that it rings. */
function resumeWaiting(
  facts: CallFacts,
  { arriving, dialogue }: Pick<RecoveredCall, 'arriving' | 'dialogue'>,
  now: Instant,
): Step<Call> {
  const line = { is: arriving ? 'arrived' : 'music' } as const;
  const next: CallIn<'queued'> = { ...facts, stage: { is: 'queued', line } };
  const waits: Step<Call> = {
    next,
    effects: [
      ...(arriving ? [] : [playMusic(next)]),
      // That he came may not have been written before the fall, and his place is nothing without him.
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      {
        type: 'raise',
        event: {
          type: 'entry.joined',
          at: now,
          entryId: next.ids.entryId,
          callId: next.id,
          queueId: next.route.queueId,
          joinedAt: next.arrivedAt,
          ...(next.standing ? { caller: next.standing } : {}),
        },
      },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      ...askWhoHeIs(next),
    ],
  };
  return dialogue ? askedBefore(next, waits, now) : waits;
}

function parkedAgain(facts: CallFacts, parked: ParkedNote): Step<Call> {
  const call = { ...facts, agentId: parked.by, stage: { is: 'parked' as const, ...parked } };
  const { next, effects } = resumeParked(call);
  return { next, effects: [...effects, ...askWhoHeIs(call)] };
}

const playMusic = (call: Call): Effect => ({
  type: 'media.music',
  callId: call.id,
  legId: call.callerLegId,
});

function resumeTalk(
  facts: CallFacts,
  found: RecoveredCall,
  agentLeg: AgentLeg,
  now: Instant,
): Step<Call> {
  // Of a talk that has ended meanwhile, which is told next, there is nothing to record.
  const spare = found.partyGone ? null : found.spareRecordingId;
  const startedAt = facts.talkStartedAt ?? now;
  const talk: CallIn<'talking'> = {
    ...facts,
    // Who talks has been answered, whether that was written before the fall or not.
    answeredAt: facts.answeredAt ?? (found.arriving ? null : startedAt),
    talkStartedAt: startedAt,
    stage: {
      is: 'talking',
      line: lineOf(found),
      agentId: agentLeg.agentId,
      agentLegId: agentLeg.legId,
      recordingId: found.recordingId ?? spare,
    },
  };
  const taken: Effect[] = [
    ...(found.arriving ? answerCaller(talk) : []),
    ...recordAgain(talk, found.recordingId, { spare, now }),
    {
      type: 'raise',
      event: { type: 'talk.recovered', at: now, callId: talk.id, since: startedAt, ...agentLeg },
    },
    ...muteAgain(talk),
    ...joinedBefore(talk, now),
    { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(talk) } },
    ...(hadPlace(found) ? [placeTaken(talk)] : []),
    { type: 'notify', notice: { kind: 'call.updated', call: snapshot(talk) } },
    ...askWhoHeIs(talk),
  ];
  if (found.askedInVain && talk.stage.line.is === 'held') taken.push(...askedInVain(talk));
  return followedBy({ next: talk, effects: taken }, goOn(talk, found.bridged, now));
}

/** That they talk may not have been written before the fall: what was promised to him is kept by it. */
const joinedBefore = (talk: CallIn<'talking'>, at: Instant): Effect[] =>
  talk.bridgedAt === null
    ? []
    : [{ type: 'raise', event: { type: 'talk.joined', at, ...personOf(talk) } }];

const personOf = (call: Call) => ({
  ...{ storeId: call.route.storeId, hotline: call.route.hotline, number: customerNumber(call) },
});

/** Our INVITE was cancelled with our fall: the agent is told that nobody will come, and has his customer on hold. */
const askedInVain = (talk: CallIn<'talking'>): Effect[] => [
  ringingOver(talk.id, talk.stage.agentLegId),
  agentNote(talk),
  {
    type: 'notify',
    notice: {
      kind: 'consult.ended',
      ...{ callId: talk.id, agentId: talk.stage.agentId, cause: 'broken' },
    },
  },
];

/** A file that a consultation had paused goes on, because of that nothing is left. */
function recordAgain(
  talk: CallIn<'talking'>,
  found: RecordingId | undefined,
  { spare, now }: { spare: RecordingId | null; now: Instant },
): Effect[] {
  if (found !== undefined) return resume(talk, found);
  return spare === null ? [] : [startRecording(talk, spare, now)];
}

/**
 * That his place in the queue became this talk may not have been written before the fall. Whom we called waits only
 * after a talk, parked or sent on; then his last one is over, or he was offered to somebody.
 */
const hadPlace = ({ direction, answeredAt, offeredAt, talkStartedAt }: RecoveredCall): boolean =>
  direction === 'inbound' ||
  offeredAt !== undefined ||
  (answeredAt !== undefined && talkStartedAt === undefined);

/** His agent may have picked up for a caller whose 200 had not left. */
function lineOf({ arriving, heldAtDesk }: RecoveredCall): TalkingLine {
  if (arriving) return { is: 'answering' };
  return heldAtDesk ? { is: 'held', atDesk: true } : { is: 'joined' };
}

/** Whatever became of the call, as long as it lives and he with it. */
function colleagueRecovered(
  { id, colleagueId, callerLegId, outcome, talkStartedAt }: Call,
  now: Instant,
): Effect[] {
  if (colleagueId === null || callerLegId === '' || outcome !== null) return [];
  const who = { callId: id, agentId: colleagueId, legId: callerLegId, since: talkStartedAt ?? now };
  return [{ type: 'raise', event: { type: 'talk.recovered', at: now, ...who } }];
}

/** Joined as they were, or held as they were, whatever of that the edge was told before the fall. */
function goOn(talk: CallIn<'talking'>, bridged: boolean, now: Instant): Step<Call> {
  if (talk.stage.line.is === 'answering') return stay<Call>(talk);
  if (talk.bridgedAt === null) return bridge(talk, now);
  if (talk.stage.line.is === 'held') return { next: talk, effects: holdAgain(talk) };
  const held = holdAsPhonesDo(talk);
  return bridged || held.effects.length > 0 ? held : { next: talk, effects: [joinParties(talk)] };
}

/**
 * A party, or both, went while nobody listened. The call ends now; the ends that are still to be
 * told correct its time and cause, so it stands open for them under the name of a lost leg.
 */
function closeRest(facts: CallFacts, found: RecoveredCall, now: Instant): Step<Call> {
  const talked = facts.talkStartedAt !== null;
  const { third, edgeFell } = found;
  const cause: EndCause = edgeFell ? 'edge-stopped' : 'hangup';
  const consulted = third?.recording ? third.consult : null;
  const rest: CallIn<'wrapping-up'> = {
    ...facts,
    ...(consulted ? { earlier: [...facts.earlier, fileOf(consulted)] } : {}),
    legs: [...facts.legs, `${facts.id}:lost`],
    stage: { is: 'wrapping-up', recordingId: found.recordingId ?? null },
  };
  const left = leftWhileAway(rest, found, now);
  const usual = talked ? 'talk' : found.calling ? 'unanswered' : left.outcome;
  const ended = finish(
    rest,
    { outcome: outcomeOf(usual, cause), cause, hangup: 'partner-left' },
    now,
  );
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      ...(consulted ? [recordingStopped(rest, consulted.recordings.consult)] : []),
      {
        type: 'journal.write',
        record: { kind: 'call.swept', callId: facts.id, endedAt: now, endCause: cause },
      },
      ...(owesLead(ended.next) ? [askAgain(ended.next)] : []),
      ...(talked || found.calling ? [] : [leaveQueue(rest, 'abandoned', now), ...left.owed]),
    ],
  };
}
