/**
 * Park: the agent of a talk lays its caller aside in a numbered slot of the store and is free; whoever is called
 * to the telephone takes him from there. The caller hears music, and his next talk is a segment of its own.
 *
 *     talking --> parked --retrieved--> offered to who asks, and to nobody else
 *                        --limit-----> offered to who parked him, if he can be rung; else to the queue
 *
 * Whoever does not take him leaves him in the line of his queue, at the place of his arrival.
 *
 * A caller who hangs up in the slot ends a talk: he has talked, and it is the agent who has him in hand, as on
 * hold. From the queue he would have `left`, because there he waits for somebody.
 */
import type { Agent } from '../agent/agent';
import type { Effect } from '../effects';
import { BugError, type RefusalCode } from '../errors';
import type { CallPickedUp, TalkParked } from '../agent-events';
import type { DomainEvent } from '../events';
import type { LegEnded } from '../leg-events';
import type { AgentId } from '../ids';
import type { ParkedView } from '../notices';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import { customerNumber, snapshot, type Call, type CallIn, type ParkSlot } from './call';
import { callerNote } from './caller-line';
import { fileRecording, finish, outcomeOf, owePromise, recordingStopped } from './closing';
import { mayHold } from './holding';
import { mayTakeOne } from './pick-up';

/** Slots of a store, as they are called out: from 701. */
const FIRST_SLOT = 701;
const SLOTS = 99;

/**
 * The lowest slot that is free, or why the agent may not park whom he talks to. A customer whom we called is
 * parked like one who called us; a colleague is not, nor who has no queue to go back to.
 */
export function mayPark(
  call: Call | undefined,
  agentId: AgentId,
  taken: ReadonlySet<ParkSlot>,
): { slot: ParkSlot } | RefusalCode {
  const refusal = mayHold(call, agentId, 'hold');
  if (refusal !== null || !call) return refusal ?? 'NOT_YOUR_TALK';
  if (call.emergency) return 'EMERGENCY_TALK';
  if (call.direction === 'internal' || call.route.queueId === '') return 'NOT_TO_BE_PARKED';
  for (let number = FIRST_SLOT; number < FIRST_SLOT + SLOTS; number += 1)
    if (!taken.has(String(number))) return { slot: String(number) };
  return 'PARK_FULL';
}

/** Decides whether the agent may take the caller out of a slot of his store; null means yes. */
export function mayRetrieve(call: Call | undefined, agent: Agent | undefined): RefusalCode | null {
  const refusal = mayTakeOne(agent);
  if (refusal !== null) return refusal;
  const isThere = call?.stage.is === 'parked' && call.route.storeId === agent?.storeId;
  return isThere ? null : 'NOTHING_PARKED';
}

/** What the desks of the store see of a slot that is taken. */
export const parkedView = ({ stage, ...call }: CallIn<'parked'>): ParkedView => ({
  slot: stage.slot,
  storeId: call.route.storeId,
  callId: call.id,
  queueId: call.route.queueId,
  from: customerNumber(call),
  name: call.callerName,
  parkedBy: stage.by,
  since: stage.since,
  until: stage.until,
});

/** The talk ends for its agent, without wrap-up, because it is not over. */
export function park(call: CallIn<'talking'>, event: TalkParked, now: Instant): Step<Call> {
  const { line, agentId, agentLegId, recordingId } = call.stage;
  const isJoined = line.is === 'joined' || line.is === 'held';
  if (!isJoined || agentId !== event.agentId) return stay<Call>(call);
  const until = now + event.limitMs;
  const next: CallIn<'parked'> = {
    ...call,
    ids: { ...call.ids, entryId: event.entryId },
    earlier: recordingId === null ? call.earlier : [...call.earlier, { recordingId, agentId }],
    stage: { is: 'parked', slot: event.slot, by: agentId, since: now, until },
  };
  return {
    next,
    effects: [
      callerNote(next),
      playMusic(next),
      ...(recordingId === null ? [] : [recordingStopped(call, recordingId)]),
      { type: 'leg.hangup', legId: agentLegId, cause: 'transferred' },
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      ...standsParked(next),
      {
        type: 'raise',
        event: { type: 'talk.ended', at: now, callId: call.id, agentId, wrapUpMs: 0 },
      },
    ],
  };
}

/** The app found him in his slot: music, whatever he heard meanwhile, and what is left of his time. */
export const resumeParked = (call: CallIn<'parked'>): Step<Call> => ({
  next: call,
  effects: [playMusic(call), ...standsParked(call)],
});

const standsParked = (call: CallIn<'parked'>): Effect[] => [
  { type: 'timer.set', timer: { kind: 'park-limit', callId: call.id }, at: call.stage.until },
  { type: 'notify', notice: { kind: 'call.updated', call: snapshot(call) } },
  { type: 'notify', notice: { kind: 'call.parked', parked: parkedView(call) } },
];

/** A caller in a slot. */
export function stepParked(call: CallIn<'parked'>, event: DomainEvent, now: Instant): Step<Call> {
  switch (event.type) {
    case 'offer.made':
      throw new BugError(`call ${call.id} is parked and was offered to ${event.agentId}`);
    case 'call.picked-up':
      return retrieve(call, event, now);
    case 'timer.fired':
      return event.timer.kind === 'park-limit'
        ? backInLine(call, 'expired', now, call.stage.by)
        : stay(call);
    case 'recording.finished':
      return { next: call, effects: [fileRecording(call, event)] };
    case 'leg.ended':
      return event.legId === call.callerLegId ? callerGone(call, event, now) : stay(call);
    default:
      return stay(call);
  }
}

function retrieve(call: CallIn<'parked'>, event: CallPickedUp, now: Instant): Step<Call> {
  const { next, effects } = backInLine(call, 'retrieved', now);
  const { id: callId, ids } = call;
  const made = { type: 'offer.made', at: now, callId, entryId: ids.entryId } as const;
  return {
    next,
    effects: [
      ...effects,
      { type: 'raise', event: { ...made, ...event.offer, by: 'pick-up' as const } },
    ],
  };
}

/** Out of the slot and into the line; `recall` is rung first. */
function backInLine(
  call: CallIn<'parked'>,
  reason: 'retrieved' | 'expired',
  now: Instant,
  recall?: AgentId,
): Step<Call> {
  const next: CallIn<'queued'> = {
    ...call,
    agentId: null,
    talkStartedAt: null,
    bridgedAt: null,
    stage: { is: 'queued', line: { is: 'music' } },
  };
  return {
    next,
    effects: [
      callerNote(next),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(next) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      ...leaveSlot(call, reason),
      {
        type: 'raise',
        event: {
          type: 'entry.joined',
          at: now,
          entryId: call.ids.entryId,
          callId: call.id,
          queueId: call.route.queueId,
          joinedAt: call.arrivedAt,
          ...(recall === undefined ? {} : { recall }),
        },
      },
    ],
  };
}

/** The slot is free for the next one. */
export const leaveSlot = (
  call: CallIn<'parked'>,
  reason: 'retrieved' | 'expired' | 'ended',
): Effect[] => [
  { type: 'timer.clear', timer: { kind: 'park-limit', callId: call.id } },
  {
    type: 'notify',
    notice: { kind: 'call.unparked', parked: parkedView(call), reason },
  },
];

/** A talk, unless the edge told him in our place that he will be called back: that is kept. */
function callerGone(call: CallIn<'parked'>, { cause }: LegEnded, now: Instant): Step<Call> {
  const isPromised = cause === 'announced';
  const outcome = outcomeOf(isPromised ? 'left' : 'talk', cause);
  const ended = finish(call, { outcome, cause, hangup: 'partner-left' }, now);
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      ...leaveSlot(call, 'ended'),
      ...(isPromised ? owePromise(call, 'abandoned', now) : []),
    ],
  };
}

const playMusic = (call: Call): Effect => ({
  type: 'media.music',
  callId: call.id,
  legId: call.callerLegId,
});
