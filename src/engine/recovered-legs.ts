/** The legs of a call that outlived the app; when those that we dialled were begun is not known any more. */
import { arrivingLeg, recoveredLeg, type Leg } from '../domain/call/leg';
import type { RecoveredCall } from '../domain/recovered-call';
import type { AgentId, LegId } from '../domain/ids';
import type { LegRole } from '../domain/records';
import type { Instant } from '../domain/time';

export function legsOf(found: RecoveredCall, at: Instant): Leg[] {
  const { callId, callerLegId, agentLeg, third, outsideLeg } = found;
  const dialled = (id: LegId, role: LegRole, agentId: AgentId | null): Leg => {
    const startedAt = found.talkStartedAt ?? at;
    return recoveredLeg({ id, callId, role, agentId, startedAt, answeredAt: startedAt });
  };
  const outside = (id: LegId, number: string, by: AgentId): Leg => ({
    ...dialled(id, 'outside', null),
    paid: { number, by },
  });
  const to = third?.consult.to;
  return [
    ...(callerLegId === undefined ? [] : [callersLeg(found, callerLegId)]),
    ...(agentLeg ? [dialled(agentLeg.legId, 'agent', agentLeg.agentId)] : []),
    ...(third && to?.kind === 'phone' ? [dialled(third.legId, 'agent', to.agentId)] : []),
    ...(third && to?.kind === 'number' ? [outside(third.legId, to.number, third.consult.by)] : []),
    ...(outsideLeg ? [outside(outsideLeg.legId, outsideLeg.number, outsideLeg.by)] : []),
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
