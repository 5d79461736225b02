/** Who of a store's agents may be taken for a call of ours; decides nothing, see domain/dial/outbound-agents.ts. */
import { isFree, willBeFree, type Agent } from '../domain/agent/agent';
import { outboundAgents } from '../domain/dial/outbound-agents';
import type { AgentId, StoreId } from '../domain/ids';
import type { LiveState } from './live-state';

/** Those for whom nobody waits: a campaign comes behind every line. */
export const outboundAgentsOf = (live: LiveState, storeId: StoreId): AgentId[] =>
  agentsFor(
    live,
    storeId,
    (agentId) => live.agents.get(agentId)?.queues.some((id) => live.queues.get(id)?.head) ?? false,
  );

/** Those for who is called back: whose turn it is in a line is decided there. */
export const lentAgentsOf = (live: LiveState, storeId: StoreId): AgentId[] =>
  agentsFor(live, storeId, () => false);

function agentsFor(
  live: LiveState,
  storeId: StoreId,
  isAwaited: (agentId: AgentId) => boolean,
): AgentId[] {
  const store = live.plan.stores.find(({ id }) => id === storeId);
  if (!store) return [];
  const atWork = [...live.agents.values()].filter(
    (agent) => agent.storeId === storeId && !agent.retired && willBeFree(agent),
  );
  return outboundAgents({
    reserved: store.reservedForInbound ?? 0,
    atWork: atWork.length,
    calling: atWork.filter((agent) => isAtCallOfOurs(live, agent)).length,
    free: atWork
      .filter((agent) => isFree(agent) && !live.keptFor.has(agent.id))
      .map(({ id, activity }) => ({ id, idleSince: activity.since })),
    isAwaited,
    floors: live.floorsBeside(null),
  });
}

function isAtCallOfOurs(live: LiveState, { activity }: Agent): boolean {
  if (activity.is === 'idle' || activity.is === 'wrap-up') return false;
  const direction = live.calls.get(activity.callId)?.direction;
  // He is rung by a caller, or by a colleague who asks him about one.
  return activity.is === 'reserved' ? direction === 'outbound' : direction !== 'inbound';
}
