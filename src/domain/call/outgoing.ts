/**
 * A call that one of ours places, from his desk or from a phone, to a number or to a colleague:
 *
 *     desk --> his phone rings --picks up--> dialled --> ringing | early --answered--> talking
 *     phone ---------------------------------^
 *
 * A call back (call-back.ts) begins as if he had asked for it at his desk, with its agent picked up.
 * He hears our ringing tone, or what the far side's operator plays. Talk and recording count from the
 * answer, and the talk is like any other (talking.ts). Whether he may call is decided before (dial/).
 */
import type { Effect } from '../effects';
import { isOurFault, type EndCause } from '../end-cause';
import type { DomainEvent } from '../events';
import type { LegRinging } from '../leg-events';
import type { CallPlaced } from '../outgoing-events';
import type { AgentId, CallId } from '../ids';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { askAgain } from './lookup-again';
import { snapshot, type Call, type CallIn, type CallingLine, type Outgoing } from './call';
import { intend } from './call-back';
import { callerNote } from './caller-line';
import { finish, followedBy } from './closing';
import { ringingTone } from './consult-ringing';
import { helpFailed, refusedHelp } from './emergency';
import { agentNote } from './holding';
import { bridge, endTalk, startRecording } from './talking';

/** His own phone rings this long before the call is given up. */
export const OWN_PHONE_MS: Millis = seconds(30);
/** The far side rings this long; operators end it by themselves before. */
export const FAR_SIDE_MS: Millis = seconds(120);

/** The call begins; of what it needs nothing is there yet but, from a phone, its INVITE. */
export function place(event: CallPlaced, now: Instant): Step<Call> {
  const { out } = event;
  const call = callAsPlaced(event);
  const begun: Step<Call> = {
    next: call,
    effects: [
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(call) } },
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(call) } },
      began(call.id, out.agentId, out.agentLegId, now),
      // While the own phone rings nobody else may have the colleague's.
      ...(out.to.kind === 'phone' ? [began(call.id, out.to.agentId, null, now)] : []),
      ...(event.isLookedUp ? [askAgain(call)] : []),
      ...(out.emergency ? [alarmed(event)] : []),
    ],
  };
  return followedBy(
    begun,
    out.by === 'phone'
      ? dialOut(call, now)
      : { next: call, effects: ringOwnPhone(call, event.phoneId, now) },
  );
}

const callAsPlaced = (event: CallPlaced): CallIn<'calling'> => ({
  id: event.callId,
  direction: event.direction,
  route: event.route,
  trunkId: event.out.to.kind === 'number' ? (event.out.to.via[0] ?? '') : '',
  from: event.from,
  to: event.to,
  displayName: event.displayName,
  ids: event.ids,
  callerLegId: event.legId,
  lookup: event.isLookedUp ? 'unavailable' : 'none',
  callerName: '',
  leadId: null,
  customerId: null,
  agentId: event.out.agentId,
  colleagueId: event.out.to.kind === 'phone' ? event.out.to.agentId : null,
  arrivedAt: event.at,
  offeredAt: null,
  answeredAt: null,
  talkStartedAt: null,
  bridgedAt: null,
  endedAt: null,
  outcome: null,
  endCause: null,
  noticeOwed: false,
  earlier: [],
  legs: [event.out.agentLegId],
  holding: [],
  muted: [],
  emergency: event.out.emergency,
  stage: { is: 'calling', line: { is: 'phone' }, out: event.out },
});

/** His supervisors know at once that somebody needs help, and where. */
const alarmed = ({ at, out, phoneId, to, displayName, route }: CallPlaced): Effect => ({
  type: 'raise',
  event: {
    ...{ type: 'alarm.raised', at, code: 'EMERGENCY_CALL', storeId: route.storeId },
    detail: `${displayName} (${out.agentId}) dials ${to} at phone ${phoneId}`,
  },
});

const began = (callId: CallId, agentId: AgentId, legId: string | null, now: Instant): Effect => ({
  type: 'raise',
  event: { type: 'calling.began', at: now, callId, agentId, legId },
});

/** Shows him whom he calls, as his phone shows a caller. */
function ringOwnPhone(call: CallIn<'calling'>, phoneId: string, now: Instant): Effect[] {
  const { out } = call.stage;
  return [
    {
      type: 'leg.dial',
      legId: out.agentLegId,
      callId: call.id,
      to: { kind: 'phone', agentId: out.agentId, phoneId },
      from: call.to,
      displayName: '',
      towards: null,
      ...(out.emergency ? { urgent: true as const } : {}),
    },
    { type: 'timer.set', timer: { kind: 'calling', callId: call.id }, at: now + OWN_PHONE_MS },
  ];
}

function dialOut(call: CallIn<'calling'>, now: Instant): Step<Call> {
  const { out } = call.stage;
  const next: CallIn<'calling'> = {
    ...call,
    legs: [...call.legs, call.callerLegId],
    stage: { ...call.stage, line: { is: 'dialled' } },
  };
  const { to } = out;
  const effects: Effect[] = [
    {
      type: 'leg.dial',
      legId: call.callerLegId,
      callId: call.id,
      to,
      from: call.from,
      displayName: to.kind === 'phone' ? call.displayName : '',
      towards: out.agentLegId,
    },
    // Help may ring as long as it takes.
    out.emergency
      ? { type: 'timer.clear', timer: { kind: 'calling', callId: call.id } }
      : {
          ...{ type: 'timer.set', timer: { kind: 'calling', callId: call.id } },
          at: now + (out.ringMs ?? FAR_SIDE_MS),
        },
    callerNote(next),
  ];
  if (out.by === 'desk') effects.push(agentNote({ ...next, stage: talkOf(out) }));
  if (to.kind === 'phone') effects.push(began(call.id, to.agentId, call.callerLegId, now));
  return { next, effects };
}

/** A call of ours whose far side has not answered. Everything else is told late and changes nothing. */
export function stepCalling(call: CallIn<'calling'>, event: DomainEvent, now: Instant): Step<Call> {
  const { out, line } = call.stage;
  switch (event.type) {
    case 'leg.answered':
      if (event.legId === call.callerLegId) return answered(call, now);
      return event.legId === out.agentLegId && line.is === 'phone'
        ? dialOut(call, now)
        : stay(call);
    case 'leg.ringing':
      return event.legId === call.callerLegId ? rings(call, event) : stay(call);
    case 'leg.ended':
      return event.legId === call.callerLegId || event.legId === out.agentLegId
        ? end(call, event.cause, now)
        : stay(call);
    case 'help.refused':
      return { next: call, effects: refusedHelp(call, event) };
    case 'timer.fired':
      if (event.timer.kind !== 'calling') return stay(call);
      return line.is === 'told' ? intend(call, now) : end(call, causeOfWait(line), now);
    case 'play.ended':
      return line.is === 'told' && event.playId === line.playId ? intend(call, now) : stay(call);
    case 'attempt.intended':
      return line.is === 'intending' ? dialOut(call, now) : stay(call);
    case 'attempt.refused':
      return line.is === 'intending' ? end(call, 'withdrawn', now) : stay(call);
    case 'call-back.cancelled':
      return call.callBack ? end(call, 'withdrawn', now) : stay(call);
    default:
      return stay(call);
  }
}

/** Nobody answers; or the database does not, and nobody is dialled. */
const causeOfWait = (line: CallingLine): EndCause =>
  line.is === 'intending' ? 'withdrawn' : 'no-answer';

/** The first sign; sound from the far side takes the place of our tone. */
function rings(call: CallIn<'calling'>, { sound }: LegRinging): Step<Call> {
  const { out, line } = call.stage;
  const { agentLegId } = out;
  if (line.is === 'early' || (line.is === 'ringing' && !sound)) return stay<Call>(call);
  const next: CallIn<'calling'> = {
    ...call,
    stage: { ...call.stage, line: { is: sound ? 'early' : 'ringing' } },
  };
  const joined: Effect = {
    type: 'media.bridge',
    callId: call.id,
    a: call.callerLegId,
    b: agentLegId,
  };
  if (out.by === 'phone') {
    const ring: Effect = { type: 'leg.ring', legId: agentLegId, ...(sound ? { sound } : {}) };
    return { next, effects: sound ? [ring, joined] : [ring] };
  }
  const heard = sound ? joined : ringingTone(call, agentLegId, FAR_SIDE_MS);
  return { next, effects: [heard] };
}

const talkOf = (out: Outgoing): CallIn<'talking'>['stage'] => ({
  is: 'talking',
  line: { is: 'joined' },
  agentId: out.agentId,
  agentLegId: out.agentLegId,
  recordingId: out.talk,
});

function answered(call: CallIn<'calling'>, now: Instant): Step<Call> {
  const { out } = call.stage;
  const talk: CallIn<'talking'> = {
    ...call,
    answeredAt: now,
    talkStartedAt: now,
    stage: talkOf(out),
  };
  const joined = bridge(talk, now);
  return {
    next: joined.next,
    effects: [
      { type: 'timer.clear', timer: { kind: 'calling', callId: call.id } },
      // Whoever has a note is found again, should the app fall behind it.
      agentNote(talk),
      // A phone's endpoint is there since its INVITE.
      ...(out.by === 'phone'
        ? [{ type: 'leg.answer' as const, legId: out.agentLegId, callId: call.id }]
        : []),
      ...joined.effects,
      startRecording(talk, out.talk, now),
      callerNote(talk),
      { type: 'journal.write', record: { kind: 'call.saved', call: snapshot(joined.next) } },
      ...parties(out).map((agentId): Effect => ({
        type: 'raise',
        event: { type: 'calling.joined', at: now, callId: call.id, agentId },
      })),
    ],
  };
}

/** Its channel is needed for help. */
export function preempt(call: Call, now: Instant): Step<Call> {
  const { stage } = call;
  if (call.direction !== 'outbound' || call.emergency) return stay(call);
  if (stage.is === 'calling') return end({ ...call, stage }, 'pre-empted', now);
  return stage.is === 'talking' ? endTalk({ ...call, stage }, 'pre-empted', now) : stay(call);
}

/** Whoever gave it up. Who called sees why the far side was not reached. */
function end(call: CallIn<'calling'>, cause: EndCause, now: Instant): Step<Call> {
  const { out } = call.stage;
  const ended = finish(
    call,
    { outcome: isOurFault(cause) ? 'broken' : 'unanswered', cause, hangup: cause },
    now,
  );
  return {
    next: ended.next,
    effects: [
      { type: 'timer.clear', timer: { kind: 'calling', callId: call.id } },
      ...ended.effects,
      ...notCallingAnyMore(call.id, out, now),
      ...(out.emergency && cause !== 'hangup' ? [helpFailed(call, cause, now)] : []),
    ],
  };
}

/** Those of ours who took no other call for it. */
export const notCallingAnyMore = (callId: CallId, out: Outgoing, now: Instant): Effect[] =>
  parties(out).map((agentId) => ({
    type: 'raise',
    event: { type: 'calling.ended', at: now, callId, agentId },
  }));

const parties = ({ agentId, to }: Outgoing): AgentId[] =>
  to.kind === 'phone' ? [agentId, to.agentId] : [agentId];
