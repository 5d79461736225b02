/** A transfer that an agent asks for, as the fact that it becomes: the target as it stands, and ids. */
import { phoneToRing } from '../domain/agent/agent';
import { popAt } from '../domain/agent/desktop-machine';
import { seenBy } from '../domain/call/internal';
import { mayTransfer, type TransferTarget } from '../domain/call/transfer';
import type { RefusalCode } from '../domain/errors';
import type { ConsultBegun, TalkTransferred } from '../domain/agent-events';
import type { AgentId, CallId } from '../domain/ids';
import { consultFact, viewOf, type ConsultWorld } from './consults';

/** The fact, or why there is none. */
export function transferOf(
  { agentId, callId, to }: { agentId: AgentId; callId: CallId; to: TransferTarget },
  world: ConsultWorld,
): RefusalCode | TalkTransferred | ConsultBegun {
  const { live, makeId, at } = world;
  const where = mayTransfer(seenBy(live.calls.get(callId), agentId), agentId, to, viewOf(world));
  if (typeof where === 'string') return where;
  if ('to' in where) return consultFact({ agentId, callId, reached: where, blind: true }, world);
  const { route, agent } = where;
  const phone = agent && phoneToRing(agent);
  const offer = phone && {
    offerId: makeId(),
    agentId: agent.id,
    legId: makeId(),
    recordingId: makeId(),
    phoneId: phone.id,
    ...popAt(agent, phone),
  };
  const fact = { type: 'talk.transferred', at, callId, agentId } as const;
  return { ...fact, route, entryId: makeId(), offer: offer ?? null };
}
