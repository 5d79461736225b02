/**
 * One SIP leg as the business counts it: when it began, rang, was answered, ended and why.
 *
 *     arriving | dialling --> ringing --> answered --> ended      (any of them may go to ended)
 *
 * Knows nothing of what the call wants with it.
 */
import type { DialTarget } from '../effects';
import type { EndCause, FarSide } from '../end-cause';
import type { DomainEvent } from '../events';
import type { LegEnded } from '../leg-events';
import type { AgentId, CallId, LegId } from '../ids';
import type { LegRole, LegSnapshot } from '../records';
import { stay, type Step } from '../step';
import type { Instant } from '../time';

interface LegFacts {
  readonly id: LegId;
  readonly callId: CallId;
  readonly role: LegRole;
  /** Whose phone it is; null for everybody but agents. */
  readonly agentId: AgentId | null;
  readonly startedAt: Instant;
  readonly ringingAt: Instant | null;
  readonly answeredAt: Instant | null;
  /** Of a leg to an outside number: on whose account it is. */
  readonly paid?: { readonly number: string; readonly by: AgentId };
}

/** A leg in whatever state; its end cannot be missing once it has ended. */
export type Leg =
  | (LegFacts & { readonly state: 'arriving' | 'dialling' | 'ringing' | 'answered' })
  | (LegFacts & {
      readonly state: 'ended';
      readonly endedAt: Instant;
      readonly endCause: EndCause;
      readonly far?: FarSide;
    });

type Birth = Pick<LegFacts, 'id' | 'callId'>;

/** A caller's leg, from its INVITE on. */
export const arrivingLeg = (birth: Birth, now: Instant): Leg => ({
  ...birth,
  role: 'caller',
  agentId: null,
  startedAt: now,
  ringingAt: null,
  answeredAt: null,
  state: 'arriving',
});

/** A leg to an agent's phone or to an outside number, from our INVITE on. */
export const dialledLeg = (birth: Birth, to: DialTarget, now: Instant): Leg => ({
  ...birth,
  role: to.kind === 'phone' ? 'agent' : 'outside',
  agentId: to.kind === 'phone' ? to.agentId : null,
  startedAt: now,
  ringingAt: null,
  answeredAt: null,
  state: 'dialling',
  ...(to.kind === 'number' && to.by !== undefined
    ? { paid: { number: to.number, by: to.by } }
    : {}),
});

/** A leg whose dialog was found alive after a restart. */
export const recoveredLeg = (
  birth: Birth &
    Pick<LegFacts, 'role' | 'agentId' | 'startedAt' | 'paid'> & { answeredAt: Instant },
): Leg => ({ ...birth, ringingAt: null, state: 'answered' });

/** Journals the leg when it has ended; what came before stands in that same record. */
export function stepLeg(leg: Leg, event: DomainEvent, now: Instant): Step<Leg> {
  switch (leg.state) {
    case 'arriving':
    case 'dialling':
      if (event.type === 'leg.ringing')
        return { next: { ...leg, state: 'ringing', ringingAt: now }, effects: [] };
      return answeredOrEnded(leg, event, now);
    case 'ringing':
      return answeredOrEnded(leg, event, now);
    case 'answered':
      return event.type === 'leg.ended' ? end(leg, event, now) : stay(leg);
    case 'ended':
      return stay(leg);
  }
}

function answeredOrEnded(leg: Leg, event: DomainEvent, now: Instant): Step<Leg> {
  if (event.type === 'leg.answered')
    return { next: { ...leg, state: 'answered', answeredAt: now }, effects: [] };
  return event.type === 'leg.ended' ? end(leg, event, now) : stay(leg);
}

function end(leg: Leg, { cause: endCause, far }: LegEnded, now: Instant): Step<Leg> {
  const next: Leg = { ...leg, state: 'ended', endedAt: now, endCause, ...(far ? { far } : {}) };
  return {
    next,
    effects: [{ type: 'journal.write', record: { kind: 'leg.saved', leg: legSnapshot(next) } }],
  };
}

/** The leg as it is kept. */
export function legSnapshot(leg: Leg): LegSnapshot {
  const ended = leg.state === 'ended';
  return {
    id: leg.id,
    callId: leg.callId,
    role: leg.role,
    agentId: leg.agentId,
    startedAt: leg.startedAt,
    ringingAt: leg.ringingAt,
    answeredAt: leg.answeredAt,
    endedAt: ended ? leg.endedAt : null,
    endCause: ended ? leg.endCause : null,
    ...(ended && leg.far ? { far: leg.far } : {}),
  };
}
