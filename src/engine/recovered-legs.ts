/** The legs of a call that outlived the app; when those that we dialled were begun is not known any more. */
import { arrivingLeg, recoveredLeg, type Leg } from '../domain/call/leg';
import type { RecoveredCall } from '../domain/recovered-call';
import type { AgentId, LegId } from '../domain/ids';
import type { LegRole } from '../domain/records';
import type { Instant } from '../domain/time';

export function legsOf(found: RecoveredCall, at: Instant): Leg[] {
  const { callId, callerLegId, agentLeg, third, outsideLeg } = found;
  const dialled = (
    id: LegId,
    role: LegRole,
    agentId: AgentId | null,
    startedAt = found.talkStartedAt ?? at,
  ): Leg => recoveredLeg({ id, callId, role, agentId, startedAt, answeredAt: startedAt });
  const outside = (id: LegId, { number, by }: { number: string; by: AgentId }, from?: Instant) => ({
    ...dialled(id, 'outside', null, from),
    paid: { number, by },
  });
  const to = third?.consult.to;
  return [
    ...(callerLegId === undefined ? [] : [callersLeg(found, callerLegId)]),
    ...(agentLeg ? [dialled(agentLeg.legId, 'agent', agentLeg.agentId)] : []),
    // Who was asked came later than the talk, whose file would else be taken for his.
    ...(third && to?.kind === 'phone' ? [dialled(third.legId, 'agent', to.agentId, at)] : []),
    ...(third && to?.kind === 'number'
      ? [outside(third.legId, { number: to.number, by: third.consult.by }, at)]
      : []),
    ...(outsideLeg ? [outside(outsideLeg.legId, outsideLeg)] : []),
  ];
}

function callersLeg(found: RecoveredCall, id: LegId): Leg {
  const { callId, arrivedAt: startedAt, answeredAt = startedAt, direction, to, agentId } = found;
  const isPaid = direction === 'outbound' && agentId !== undefined;
  return found.arriving
    ? arrivingLeg({ id, callId }, startedAt)
    : recoveredLeg({
        ...{ id, callId, ...whoseLeg(found), startedAt, answeredAt },
        ...(isPaid ? { paid: { number: to, by: agentId } } : {}),
      });
}

/** At the customer's end of a call. */
const whoseLeg = ({ direction, colleagueId }: RecoveredCall): Pick<Leg, 'role' | 'agentId'> =>
  direction === 'internal'
    ? { role: 'agent', agentId: colleagueId ?? null }
    : { role: direction === 'inbound' ? 'caller' : 'outside', agentId: null };
