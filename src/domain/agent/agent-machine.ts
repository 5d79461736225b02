/**
 * The machine of an agent. Intents are the agent's own; the activity follows offers and talks.
 * Beginnings that cannot be (an offer to somebody busy) are bugs; ends that come late or twice are
 * normal and change nothing.
 */
import { BugError } from '../errors';
import type { AgentUnseated } from '../agent-events';
import type { DomainEvent } from '../events';
import type { PhoneReachable, PhoneUnreachable } from '../phone-events';
import type {
  CallingBegan,
  ColleagueAsked,
  OfferEnded,
  OfferMade,
  TalkEnded,
  TalkRecovered,
} from '../raised-events';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import {
  canBeRung,
  canBeSent,
  isFree,
  isReachable,
  notify,
  wanted,
  type Activity,
  type Agent,
} from './agent';
import { seated, SIGNED_IN, signOut, want } from './intent';
import { followWork, isNailed, stepNailed } from './nailed-machine';
import { moved, stepBeside } from './beside';
import { isDesktop, stepDesktop, withoutGrace } from './desktop-machine';
import { become, goIdle, letPass, rest } from './idle';
import { isThere, takenAt, unTaken } from './misses';
import { stepForms } from './open-forms';
import { lossOf } from './phone-loss';
import { atSeat, withoutSeat } from './seat';
import { withWork } from './workday';
import { beginWrapUp, wrapUpLeft } from './wrap-up';

type Reserved = Extract<Activity, { is: 'reserved' }>;

/** One agent, one event. Throws `BugError` for a beginning that cannot be. */
export function stepAgent(agent: Agent, event: DomainEvent, now: Instant): Step<Agent> {
  const { next, effects } = stepPart(agent, event, now);
  const followed = followWork(agent, next, event, now);
  const settled = withoutGrace(followed.next);
  return {
    next: withWork(agent, settled.next, now),
    effects: [...effects, ...followed.effects, ...settled.effects],
  };
}

function stepPart(agent: Agent, event: DomainEvent, now: Instant): Step<Agent> {
  if (isNailed(event)) return stepNailed(agent, event, now);
  return isDesktop(event) ? stepDesktop(agent, event, now) : stepWork(agent, event, now);
}

function stepWork(agent: Agent, event: DomainEvent, now: Instant): Step<Agent> {
  switch (event.type) {
    case 'agent.signed-in':
      return wanted(agent).is === 'logged-out' ? want(agent, SIGNED_IN, now) : stay(agent);
    case 'agent.readied':
      return wanted(agent).is === 'logged-out'
        ? stay(agent)
        : want(isThere({ ...agent, byPhone: event.byPhone === true }), { is: 'ready' }, now);
    case 'form.owed':
    case 'form.settled':
      return stepForms(agent, event);
    case 'agent.unreadied':
      return wanted(agent).is === 'logged-out'
        ? stay(agent)
        : want(agent, { is: 'not-ready', reason: event.reason }, now);
    case 'agent.signed-out':
      return signOut(agent, now);
    case 'agent.seated':
      return seated(atSeat(agent, event.phone));
    case 'agent.unseated':
      return unseated(agent, event);
    case 'phone.reachable':
    case 'phone.unreachable':
      return setReachable(agent, event);
    case 'talk.moved':
      return { next: moved(agent, event), effects: [] };
    case 'leg.ended':
      if (event.legId === agent.line) return { next: { ...agent, line: null }, effects: [] };
      return stepActivity(agent, event, now);
    default:
      return stepActivity(agent, event, now);
  }
}

/** Who freed whose seat is kept. */
function unseated(agent: Agent, { by }: AgentUnseated): Step<Agent> {
  if (agent.seat === null) return stay(agent);
  const { next, effects } = seated(withoutSeat(agent));
  const subject = `${agent.seat} of ${agent.id}`;
  const record = { kind: 'audit.noted', who: by ?? agent.id, what: 'seat.freed', subject } as const;
  return { next, effects: [...effects, { type: 'journal.write', record }] };
}

function stepActivity(agent: Agent, event: DomainEvent, now: Instant): Step<Agent> {
  switch (agent.activity.is) {
    case 'idle':
      return stepIdle(agent, agent.activity, event, now);
    case 'reserved':
      return stepReserved(agent, agent.activity, event, now);
    case 'calling':
      return stepCalling(agent, agent.activity, event, now);
    case 'talking': {
      const beside = stepBeside(agent, agent.activity, event, now);
      if (beside !== null) return beside;
      if (event.type === 'talk.ended' && event.callId === agent.activity.callId)
        return event.inVain
          ? letPass(unTaken(agent, agent.activity), agent.activity.taken?.missLimit, now)
          : endTalk(agent, event, agent.activity.owes, now);
      break;
    }
    case 'wrap-up':
      if (event.type === 'calling.began') return beginCalling(agent, event, now);
      if (event.type === 'talk.recovered') return talkAgain(agent, event, now);
      if (event.type === 'agent.wrapped-up') return endWrapUp(agent, now);
      if (isTimer(event, 'wrap-up')) return goIdle(agent, now);
      break;
  }
  refuseBeginning(agent, event);
  return stay(agent);
}

function stepIdle(
  agent: Agent,
  idle: Extract<Activity, { is: 'idle' }>,
  event: DomainEvent,
  now: Instant,
): Step<Agent> {
  switch (event.type) {
    case 'offer.made':
      return reserve(agent, idle.since, event, now);
    case 'calling.began':
      return beginCalling(agent, event, now);
    case 'colleague.asked':
      return beAsked(agent, idle.since, event, now);
    case 'talk.recovered':
      return talkAgain(agent, event, now);
    case 'timer.fired':
      // The rest is over: at the end of the idle order, so that others are asked first.
      return idle.resting && event.timer.kind === 'agent-rest' ? goIdle(agent, now) : stay(agent);
    case 'talk.started':
      throw new BugError(`agent ${agent.id} began a talk without an offer`);
    default:
      return stay(agent);
  }
}

/** Of who had begun to call somebody in his wrap-up, that is over. */
function talkAgain(agent: Agent, { callId, legId, since }: TalkRecovered, now: Instant) {
  const { next, effects } = become(
    { ...agent, line: legId },
    { is: 'talking', since, callId, countedTo: now },
  );
  return { next, effects: [...wrapUpLeft(agent, next), ...effects] };
}

/** Who calls while he talks stays what he is (beside.ts). */
function beginCalling(agent: Agent, event: CallingBegan, now: Instant): Step<Agent> {
  const { callId, legId } = event;
  const { next, effects } = become(
    { ...agent, line: legId ?? agent.line },
    { is: 'calling', since: now, callId },
  );
  return { next, effects: [...wrapUpLeft(agent, next), ...effects] };
}

function stepCalling(
  agent: Agent,
  { callId, owes = 0 }: Extract<Activity, { is: 'calling' }>,
  event: DomainEvent,
  now: Instant,
): Step<Agent> {
  if (event.type === 'calling.began' && event.callId === callId)
    return { next: { ...agent, line: event.legId }, effects: [] };
  if (event.type === 'calling.joined' && event.callId === callId)
    return become(agent, { is: 'talking', since: now, callId, owes });
  const ended = event.type === 'calling.ended' || event.type === 'talk.ended';
  if (ended && event.callId === callId) return endTalk(agent, { wrapUpMs: 0, ...event }, owes, now);
  refuseBeginning(agent, event);
  return stay(agent);
}

function stepReserved(
  agent: Agent,
  reserved: Reserved,
  event: DomainEvent,
  now: Instant,
): Step<Agent> {
  switch (event.type) {
    case 'talk.started':
      if (event.callId !== reserved.callId)
        throw new BugError(`agent ${agent.id} began a talk that he was not offered`);
      return become(isThere(agent), {
        ...{ is: 'talking', since: now, callId: event.callId },
        taken: takenAt(agent, reserved.missLimit),
      });
    case 'calling.began':
      // He picked up for who is called back, and takes no other call meanwhile.
      return event.callId === reserved.callId
        ? become(isThere(agent), { is: 'calling', since: now, callId: event.callId })
        : stay(agent);
    case 'offer.ended':
      return event.offerId === reserved.offerId
        ? endOffer(agent, reserved, event, now)
        : stay(agent);
    default:
      refuseBeginning(agent, event);
      return stay(agent);
  }
}

function refuseBeginning(agent: Agent, event: DomainEvent): void {
  const begins =
    event.type === 'offer.made' ||
    event.type === 'colleague.asked' ||
    event.type === 'talk.started' ||
    event.type === 'talk.recovered';
  if (begins) throw new BugError(`agent ${agent.id} is ${agent.activity.is} and got ${event.type}`);
}

function reserve(agent: Agent, idleSince: Instant, event: OfferMade, now: Instant): Step<Agent> {
  if (!canTake(agent, event))
    throw new BugError(`agent ${agent.id} is not free and was offered a call`);
  const { offerId, callId, legId, missLimit } = event;
  return become(
    { ...agent, line: legId },
    {
      ...{ is: 'reserved', since: now, idleSince, offerId, callId },
      ...(missLimit === undefined ? {} : { missLimit }),
    },
  );
}

function canTake(agent: Agent, event: OfferMade): boolean {
  if (isOwnCall(event)) return canBeRung(agent);
  return event.by === 'transfer' ? canBeSent(agent) : isFree(agent);
}

/** Whoever a colleague asks need not be ready for callers: that his phone can ring is enough. */
function beAsked(
  agent: Agent,
  idleSince: Instant,
  event: ColleagueAsked,
  now: Instant,
): Step<Agent> {
  if (!isReachable(agent)) throw new BugError(`agent ${agent.id} cannot be asked and was`);
  const { offerId, callId, legId } = event;
  return become(
    { ...agent, line: legId },
    { is: 'reserved', since: now, idleSince, offerId, callId },
  );
}
/** He asked for it, or had it before. */
const isOwnCall = ({ by }: OfferMade): boolean => by === 'pick-up' || by === 'recall';

/** The line stays taken until the dialled leg has ended, whoever is meant to hang it up. */
function endOffer(agent: Agent, reserved: Reserved, event: OfferEnded, now: Instant): Step<Agent> {
  const released = { ...agent, line: event.dialled ? agent.line : null };
  if (event.reason === 'missed') return letPass(released, reserved.missLimit, now);
  return event.reason === 'refused'
    ? rest(released, now)
    : goIdle(released, reserved.idleSince, now);
}

function endTalk(
  agent: Agent,
  event: Pick<TalkEnded, 'callId' | 'wrapUpMs'>,
  owes = 0,
  now: Instant,
): Step<Agent> {
  const wrapUpMs = Math.max(event.wrapUpMs, owes);
  if (wrapUpMs === 0) return goIdle(agent, now);
  return beginWrapUp(agent, event.callId, wrapUpMs, now);
}

function endWrapUp(agent: Agent, now: Instant): Step<Agent> {
  const { next, effects } = goIdle(agent, now);
  return { next, effects: [...effects, ...wrapUpLeft(agent, next)] };
}

function setReachable(agent: Agent, event: PhoneReachable | PhoneUnreachable): Step<Agent> {
  const phone = agent.phones.find((known) => known.id === event.phoneId);
  const lost = lossOf(event);
  if (!phone || phone.lost?.reason === lost?.reason) return stay(agent);
  const next = {
    ...agent,
    phones: agent.phones.map((known) => (known === phone ? { ...known, lost } : known)),
  };
  return { next, effects: [notify(next)] };
}

const isTimer = (event: DomainEvent, kind: 'wrap-up' | 'agent-rest'): boolean =>
  event.type === 'timer.fired' && event.timer.kind === kind;
