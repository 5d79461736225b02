/**
 * Consultation: the agent of a talk asks a third party, a colleague or an outside number, while his customer
 * hears music.
 *
 *     talking --ask--> rings --answer--> with the third <--swap--> with the customer
 *        ^               |                     |  \------conference------/   (all three)
 *        |               |                     |
 *        +--taken back---+---------------------+--complete--> the third party's talk
 *
 * Of a queue in which nobody is free it waits in the line first (consult-line.ts).
 * A transfer that is completed while the third party rings waits for its answer; a blind one to a phone or to
 * an outside number is a consultation whose agent has gone at once. How each ends is consult-end.ts, who hears
 * whom consult-hearing.ts, what may be asked for consult-request.ts.
 */
import { RECEIPT_MS } from '../agent/desktop';
import type { Effect } from '../effects';
import type { ConsultBegun } from '../agent-events';
import type { DomainEvent } from '../events';
import { BugError } from '../errors';
import type { LegEnded } from '../leg-events';
import type { OfferMade } from '../raised-events';
import { stay, type Step } from '../step';
import { seconds, type Instant, type Millis } from '../time';
import { partyNumber, type Asked, type Call, type CallIn } from './call';
import { fileRecording, followedBy, recordingStopped } from './closing';
import {
  agentGone,
  customerGone,
  deserted,
  handOver,
  thirdGone,
  withoutAgent,
} from './consult-end';
import { bridge, hold, pause, record } from './consult-hearing';
import { inTurn, isInLine, standInLine } from './consult-line';
import { agentAskNote, thirdNote } from './consult-notes';
import { obey, press } from './consult-orders';
import { hearRinging } from './consult-ringing';
import { popTaken, thirdOf } from './consult-third';
import { muteConsult } from './muting';
import { offerView } from './offer-view';
import { receiptMissed } from './offering';
import { told } from './telling';

/** How long an outside number rings; people who are called there do not sit beside their phone. */
export const OUTSIDE_RING_MS: Millis = seconds(60);

type Consulting = CallIn<'consulting'>;

/** The talk's agent asks: his customer goes on hold, and the third party is rung. */
export function beginConsult(
  call: CallIn<'talking'>,
  event: ConsultBegun,
  now: Instant,
): Step<Call> {
  const { stage } = call;
  const isJoined = stage.line.is === 'joined' || stage.line.is === 'held';
  if (!isJoined || stage.agentId !== event.agentId) return stay<Call>(call);
  const next: Consulting = {
    ...call,
    route: event.route ?? call.route,
    stage: {
      is: 'consulting',
      agentId: stage.agentId,
      agentLegId: stage.agentLegId,
      recordingId: stage.recordingId,
      asked: askedOf(event, now),
      hears: 'third',
      handsOver: event.blind,
    },
  };
  const parted = event.blind ? sendBlind(next, stage.agentLegId, now) : part(next, call);
  if (isInLine(next)) return followedBy(parted, standInLine(parted.next, now));
  return followedBy(parted, ring(parted.next, event.awaitsReceipt, now));
}

const askedOf = (event: ConsultBegun, now: Instant): Asked => ({
  to: event.to,
  ...(event.line ? { line: event.line } : {}),
  shown: event.shown ?? '',
  by: { agentId: event.agentId, name: event.agentName },
  at: now,
  offerId: event.offerId,
  legId: event.legId,
  recordings: event.recordings,
  entryId: event.entryId,
  ...(event.takerRoute ? { takerRoute: event.takerRoute } : {}),
  dialled: false,
  answered: false,
  recording: false,
});

interface ConsultStep {
  next: Consulting;
  effects: Effect[];
}

/** The agent's note says that he holds him: what a restart finds before the third party has answered. */
function part(next: Consulting, before: CallIn<'talking'>): ConsultStep {
  const { agentLegId, recordingId } = before.stage;
  const hearsMusic =
    before.stage.line.is === 'held' &&
    (before.stage.line.atDesk || before.holding.includes(agentLegId));
  return {
    next,
    effects: [
      agentAskNote(before),
      ...(hearsMusic ? [] : [hold(next, next.callerLegId)]),
      ...pause(next, recordingId),
      ...told(next),
    ],
  };
}

/** As any blind transfer: the agent is done with his caller at once. */
function sendBlind(next: Consulting, agentLegId: string, now: Instant): ConsultStep {
  const { next: alone, effects } = withoutAgent(next, now);
  return {
    next: alone,
    effects: [
      ...(next.stage.recordingId === null ? [] : [recordingStopped(next, next.stage.recordingId)]),
      { type: 'leg.hangup', legId: agentLegId, cause: 'transferred' },
      { type: 'media.music', callId: next.id, legId: next.callerLegId },
      ...effects,
    ],
  };
}

/** A person's desktop shows who asks and who the customer is before his phone rings. */
function ring(call: Consulting, awaitsReceipt: boolean, now: Instant): Step<Call> {
  const { to, offerId, legId, line } = call.stage.asked;
  if (to.kind !== 'phone') return dial(call, now);
  const { agentId } = to;
  const fact = { at: now, callId: call.id, agentId, offerId, legId };
  const shown: Effect[] = [
    // Whose turn it is was offered it as any caller is.
    ...(line
      ? []
      : [{ type: 'raise' as const, event: { type: 'colleague.asked' as const, ...fact } }]),
    { type: 'notify', notice: { kind: 'offer.created', offer: askedView(call, agentId) } },
  ];
  if (!awaitsReceipt) {
    const dialled = dial(call, now);
    return { next: dialled.next, effects: [...shown, ...dialled.effects] };
  }
  shown.push({
    type: 'timer.set',
    timer: { kind: 'offer-receipt', callId: call.id, offerId },
    at: now + RECEIPT_MS,
  });
  return { next: call, effects: shown };
}

/** The pop of somebody who is asked. */
export const askedView = (call: Consulting, agentId: string) => ({
  ...offerView(call, {
    offerId: call.stage.asked.offerId,
    agentId,
    offeredAt: call.stage.asked.at,
  }),
  askedBy: call.stage.asked.by,
});

const ringMsOf = ({ route, stage }: Consulting): Millis =>
  stage.asked.to.kind === 'number' ? OUTSIDE_RING_MS : (stage.asked.line?.route ?? route).ringMs;

function dial(call: Consulting, now: Instant): Step<Call> {
  const { asked, agentLegId } = call.stage;
  if (asked.dialled || isInLine(call)) return stay<Call>(call);
  const { shown, offerId, legId } = asked;
  const to = thirdOf(call);
  const isPhone = to.kind === 'phone';
  const timer = { callId: call.id, offerId };
  return {
    next: {
      ...call,
      legs: [...call.legs, legId],
      stage: { ...call.stage, asked: { ...asked, dialled: true } },
    },
    effects: [
      { type: 'timer.clear', timer: { kind: 'offer-receipt', ...timer } },
      {
        type: 'leg.dial',
        legId,
        callId: call.id,
        to,
        from: isPhone ? partyNumber(call) : shown,
        displayName: isPhone ? call.callerName || call.displayName : '',
        towards: agentLegId ?? call.callerLegId,
      },
      {
        type: 'timer.set',
        timer: { kind: 'offer-ring', ...timer },
        at: now + ringMsOf(call),
      },
    ],
  };
}

/** His desktop did not show it in time. */
function unconfirmed(call: Consulting, now: Instant): Step<Call> {
  const { to, offerId, dialled } = call.stage.asked;
  if (dialled) return stay<Call>(call);
  const { next, effects } = dial(call, now);
  const missed = to.kind === 'phone' ? [receiptMissed({ agentId: to.agentId, offerId }, now)] : [];
  return { next, effects: [...effects, ...missed] };
}

/** A call whose agent asks somebody. Throws nothing; whoever leaves first, nobody is left alone with music. */
export function stepConsulting(call: Consulting, event: DomainEvent, now: Instant): Step<Call> {
  const { asked, agentId } = call.stage;
  switch (event.type) {
    case 'offer.made':
      return turnComes(call, event, now);
    case 'queue.deserted':
      return deserted(call, now);
    case 'offer.received':
      return event.offerId === asked.offerId ? dial(call, now) : stay<Call>(call);
    case 'offer.revoked':
      return event.offerId === asked.offerId && !asked.answered
        ? thirdGone(call, 'unavailable', now)
        : stay<Call>(call);
    case 'timer.fired':
      if (!('offerId' in event.timer) || event.timer.offerId !== asked.offerId || asked.answered)
        return stay<Call>(call);
      return event.timer.kind === 'offer-receipt'
        ? unconfirmed(call, now)
        : thirdGone(call, 'no-answer', now);
    case 'leg.ringing':
      return event.legId === asked.legId
        ? hearRinging(call, event, ringMsOf(call))
        : stay<Call>(call);
    case 'leg.answered':
      return event.legId === asked.legId && !asked.answered
        ? answered(call, now)
        : stay<Call>(call);
    case 'recording.finished':
      return { next: withoutFile(call, event.recordingId), effects: [fileRecording(call, event)] };
    case 'keys.pressed':
      return event.agentId === agentId ? press(call, event.keys) : stay<Call>(call);
    case 'talk.muted':
      return muteConsult(call, event);
    case 'consult.ordered':
      return event.agentId === agentId ? obey(call, event.order, now) : stay<Call>(call);
    case 'leg.ended':
      return legEnded(call, event, now);
    default:
      return stay<Call>(call);
  }
}

/** Throws `BugError` where it is nobody's turn. */
function turnComes(call: Consulting, made: OfferMade, now: Instant): Step<Call> {
  if (!isInLine(call) || call.stage.asked.line?.entryId !== made.entryId)
    throw new BugError(`call ${call.id} is consulting and was offered to ${made.agentId}`);
  const next = inTurn(call, made, now);
  return followedBy({ next, effects: told(next) }, ring(next, made.awaitsReceipt, now));
}

function legEnded(call: Consulting, event: LegEnded, now: Instant): Step<Call> {
  const { asked, agentLegId } = call.stage;
  if (event.legId === call.callerLegId) return customerGone(call, event.cause, now);
  if (event.legId === asked.legId) return thirdGone(call, event.cause, now);
  return event.legId === agentLegId ? agentGone(call, event.cause, now) : stay<Call>(call);
}

/** Only a recording that failed finishes while it is wanted. */
function withoutFile(call: Consulting, recordingId: string): Call {
  const { stage } = call;
  if (recordingId === stage.recordingId) return { ...call, stage: { ...stage, recordingId: null } };
  return recordingId === stage.asked.recordings.consult
    ? { ...call, stage: { ...stage, asked: { ...stage.asked, recording: false } } }
    : call;
}

/** The third party is there: it talks with the agent, or with the customer whom it is to take. */
function answered(call: Consulting, now: Instant): Step<Call> {
  const { stage } = call;
  const { asked, agentLegId } = stage;
  const there: Consulting = {
    ...call,
    stage: { ...stage, asked: { ...asked, answered: true, recording: false } },
  };
  const taken = popTaken(call, now);
  if (agentLegId === null || stage.handsOver)
    return followedBy({ next: there, effects: taken }, handOver(there, now));
  const next: Consulting = {
    ...there,
    stage: { ...there.stage, asked: { ...there.stage.asked, recording: true } },
  };
  return {
    next,
    effects: [
      ...taken,
      thirdNote(next),
      bridge(next, asked.legId, agentLegId),
      record(next, asked.recordings.consult, { left: asked.legId, right: agentLegId }, now),
      ...told(next),
    ],
  };
}
