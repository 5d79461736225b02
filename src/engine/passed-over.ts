/** Who of a queue's agents is signed in and not free, for the reason of an offer; looked at only where one is made. */
import type { Agent } from '../domain/agent/agent';
import { whyNotFree } from '../domain/agent/passed-over';
import type { AgentId } from '../domain/ids';
import type { Engaged, PassedOver } from '../domain/queue/reason';

export function passedOver(engaged: ReadonlyMap<AgentId, Agent>): Engaged {
  const told = (agent: Agent): PassedOver => ({ agentId: agent.id, why: whyNotFree(agent) });
  return {
    size: engaged.size,
    first: (count) => {
      const some: PassedOver[] = [];
      for (const agent of engaged.values()) {
        if (some.length === count) break;
        some.push(told(agent));
      }
      return some;
    },
    of: (agentId) => {
      const agent = engaged.get(agentId);
      return agent && told(agent);
    },
  };
}
