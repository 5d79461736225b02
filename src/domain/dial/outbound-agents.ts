/**
 * Decides which agents a call of ours may take that none of them asked for: a campaign never takes those whom a store
 * reserves for its callers (A11), whom a queue keeps, or whom a caller waits for.
 */
import type { AgentId } from '../ids';
import { keepingOf, type Floor } from '../queue/floor';
import type { Instant } from '../time';

/** The agents of one store. */
export interface Staff {
  /** So many who take calls are never taken. */
  reserved: number;
  /** Who take calls or will as soon as they are done, those at calls of ours among them. */
  atWork: number;
  /** At calls of ours, whoever asked for them. */
  calling: number;
  free: readonly { id: AgentId; idleSince: Instant }[];
  /** Does somebody wait in a line of his? */
  isAwaited: (agentId: AgentId) => boolean;
  /** What queues keep for their callers. */
  floors: readonly Floor[];
}

/** All that may be taken at this moment, at once; who has been idle longest is the first. */
export function outboundAgents(staff: Staff): AgentId[] {
  const { reserved, atWork, calling, free, isAwaited, floors } = staff;
  const keeping = keepingOf({ keep: 0, own: [], others: floors }, []);
  const agents: AgentId[] = [];
  const longestFirst = [...free].sort(
    (a, b) => a.idleSince - b.idleSince || (a.id < b.id ? -1 : 1),
  );
  for (const { id } of longestFirst) {
    if (agents.length >= atWork - calling - reserved) break;
    if (isAwaited(id) || keeping.isKept(id)) continue;
    keeping.take(id, {});
    agents.push(id);
  }
  return agents;
}
