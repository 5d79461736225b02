/** Who of a store's agents may be taken for a call of ours; decides nothing, see domain/dial/outbound-agents.ts. */
import { isFree, willBeFree, type Agent } from '../domain/agent/agent';
import { outboundAgents } from '../domain/dial/outbound-agents';
import type { AgentId, StoreId } from '../domain/ids';
import type { LiveState } from './live-state';

export function outboundAgentsOf(live: LiveState, storeId: StoreId): AgentId[] {
  const store = live.plan.stores.find(({ id }) => id === storeId);
  if (!store) return [];
  const atWork = [...live.agents.values()].filter(
    (agent) => agent.storeId === storeId && !agent.retired && willBeFree(agent),
  );
  return outboundAgents({
    reserved: store.reservedForInbound ?? 0,
    atWork: atWork.length,
    calling: atWork.filter((agent) => isAtCallOfOurs(live, agent)).length,
    free: atWork.filter(isFree).map(({ id, activity }) => ({ id, idleSince: activity.since })),
    isAwaited: (agentId) =>
      live.agents.get(agentId)?.queues.some((id) => live.queues.get(id)?.head) ?? false,
    floors: live.floorsBeside(null),
  });
}

function isAtCallOfOurs(live: LiveState, { activity }: Agent): boolean {
  if (activity.is !== 'calling' && activity.is !== 'talking') return false;
  return live.calls.get(activity.callId)?.direction !== 'inbound';
}
