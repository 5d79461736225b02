/** A pick-up that an agent asks for, as the fact that it becomes: the phone that will ring, and ids. */
import { phoneToRing, type Agent } from '../domain/agent/agent';
import { popAt } from '../domain/agent/desktop-machine';
import { mayPickUp } from '../domain/call/pick-up';
import type { RefusalCode } from '../domain/errors';
import type { CallPickedUp } from '../domain/agent-events';
import type { AgentId, CallId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

interface World {
  live: LiveState;
  makeId: MakeId;
  at: Instant;
}

/** The fact, or why there is none. */
export function pickUpOf(
  { agentId, callId }: { agentId: AgentId; callId: CallId },
  { live, makeId, at }: World,
): RefusalCode | CallPickedUp {
  const agent = live.agents.get(agentId);
  const refusal = mayPickUp(live.calls.get(callId), agent);
  if (refusal !== null) return refusal;
  const offer = offerTo(agent, makeId);
  return offer ? { type: 'call.picked-up', at, callId, agentId, offer } : 'PHONE_UNREACHABLE';
}

/** His phone rings without a desktop's receipt: it is he who asked. */
export function offerTo(
  agent: Agent | undefined,
  makeId: MakeId,
): CallPickedUp['offer'] | undefined {
  const phone = agent && phoneToRing(agent);
  return (
    phone && {
      offerId: makeId(),
      agentId: agent.id,
      legId: makeId(),
      recordingId: makeId(),
      phoneId: phone.id,
      ...popAt(agent, phone),
      awaitsReceipt: false,
    }
  );
}
