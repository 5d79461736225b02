/** Decides which of the free agents may take a caller at this moment: his owner alone, or whoever suits him. */
import type { AgentId } from '../ids';
import type { Instant, Millis } from '../time';
import { stepAt, suits, widensAt, type Demand } from './demands';
import type { Entry } from './entry';
import type { Engaged } from './reason';
import type { Candidate } from './strategies/strategy';

/** Whose turn it is, as a queue has it. */
export interface TurnRules {
  now: Instant;
  demands: readonly Demand[];
  /** How long a caller waits for his owner, when that one will be free. */
  ownerMs: Millis;
  /** Is he an agent of the queue who takes calls, and only busy? */
  awaits: (agentId: AgentId) => boolean;
  free: readonly Candidate[];
  engaged: Engaged;
  /** Who may be taken for somebody who is called back; missing: nobody stands in line for that. */
  lent?: ReadonlySet<AgentId>;
}

export interface Turns {
  candidate: (agentId: AgentId) => Candidate | undefined;
  /** Who alone may take the caller, free or not; null: not only one. */
  ownerOf: (entry: Entry) => AgentId | null;
  /** The demand that holds for him. */
  stepOf: (entry: Entry) => number;
  suits: (agentId: AgentId, step: number) => boolean;
  mayTake: (entry: Entry, agentId: AgentId) => boolean;
  /** When time alone lets more agents take him. */
  opensAt: (entry: Entry) => Instant | null;
}

/** What is wanted of an agent for who is called back are steps of their own, behind those of callers. */
export function turns({ now, demands, ownerMs, awaits, free, lent }: TurnRules): Turns {
  const candidates = new Map(free.map((one) => [one.id, one]));
  const ownerOf = ({ owner, joinedAt }: Entry): AgentId | null => {
    if (owner === undefined || now >= joinedAt + ownerMs) return null;
    return candidates.has(owner) || awaits(owner) ? owner : null;
  };
  const stepOf = ({ place, back }: Entry): number =>
    stepAt(demands, place, now) + (back === undefined ? 0 : demands.length);
  const isSuited = (agentId: AgentId, step: number): boolean => {
    if (step >= demands.length && !lent?.has(agentId)) return false;
    const [agent, demand] = [candidates.get(agentId), demands[step % demands.length]];
    return agent !== undefined && demand !== undefined && suits(agent.skills, demand);
  };
  return {
    candidate: (agentId) => candidates.get(agentId),
    ownerOf,
    stepOf,
    suits: isSuited,
    mayTake: (entry, agentId) => {
      const owner = ownerOf(entry);
      if (owner === null) return isSuited(agentId, stepOf(entry));
      return owner === agentId && (entry.back === undefined || lent?.has(agentId) === true);
    },
    opensAt: (entry) =>
      ownerOf(entry) === null ? widensAt(demands, entry.place, now) : entry.joinedAt + ownerMs,
  };
}
