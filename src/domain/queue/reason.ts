/**
 * Why this agent: kept with every offer and shown with it, so that "why me" and "why not her" have an answer. Bounded:
 * a few of those who could have been asked, and of those who were passed over.
 */
import type { AgentId } from '../ids';
import type { Skills, StrategyName } from '../plan';
import type { Instant, Millis } from '../time';
import type { Entry } from './entry';
import type { Demand } from './demands';
import type { Candidate } from './strategies/strategy';

/** So many of each are listed. */
export const LISTED = 5;

export interface PassedOver {
  agentId: AgentId;
  /** `kept`: for callers of another queue. */
  why: 'busy' | 'wrap-up' | 'not-ready' | 'resting' | 'unreachable' | 'not-suited' | 'kept';
  /** `not-suited`: when he will suit this caller; missing: never. */
  until?: Instant;
}

/** By whom an agent was chosen: by dispatch, as one of those whose turn it is or as the lead's owner, or by name. */
export type OfferReason =
  | {
      by: 'turn' | 'owner';
      strategy: StrategyName;
      /** In line, head start and an earlier wait included. */
      waitedMs: Millis;
      /** Skills that were wanted at that moment. */
      wanted: Skills;
      /** Agents who were free. */
      free: number;
      /** Who could have been asked, the first first; `score` is what the strategy orders by, the smallest first. */
      candidates: { agentId: AgentId; score: number }[];
      passedOver: PassedOver[];
      /** Signed in and passed over, and not listed. */
      more: number;
    }
  | { by: 'transfer' | 'pick-up' | 'recall' };

/** Agents of the queue who are signed in and not free. */
export interface Engaged {
  size: number;
  first: (count: number) => PassedOver[];
  /** Undefined when he is free, or not there. */
  of: (agentId: AgentId) => PassedOver | undefined;
}

interface Chosen {
  by: 'turn' | 'owner';
  entry: Entry;
  /** Who could have been asked, and free agents who did not suit. */
  candidates: readonly Candidate[];
  unsuited: readonly Candidate[];
  /** Free agents who suit, and stand ready for another queue. */
  kept: readonly AgentId[];
}

interface Around {
  now: Instant;
  strategy: StrategyName;
  score: (agent: Candidate) => number;
  /** When an agent who does not suit will; undefined: never. */
  opensTo: (entry: Entry, agent: Candidate) => Instant | undefined;
  free: readonly Candidate[];
  engaged: Engaged;
}

/** The reason of an offer that dispatch makes; `wanted` is what holds for the entry. */
export function reasonOf(
  { by, entry, candidates, unsuited, kept }: Chosen,
  wanted: Demand['wants'],
  around: Around,
): OfferReason {
  const { now, strategy, score, free, engaged, opensTo } = around;
  const owner = by === 'turn' && entry.owner !== undefined ? engaged.of(entry.owner) : undefined;
  const others = [
    ...kept.map((agentId): PassedOver => ({ agentId, why: 'kept' })),
    ...unsuited.map((agent) => notSuited(agent, opensTo(entry, agent))),
    ...engaged.first(LISTED).filter(({ agentId }) => agentId !== owner?.agentId),
  ];
  const passedOver = [...(owner ? [owner] : []), ...others].slice(0, LISTED);
  const total = engaged.size + unsuited.length + kept.length;
  return {
    ...{ by, strategy, waitedMs: now - entry.place },
    wanted: Object.fromEntries(wanted),
    free: free.length,
    candidates: candidates
      .slice(0, LISTED)
      .map((agent) => ({ agentId: agent.id, score: score(agent) })),
    passedOver,
    more: Math.max(0, total - passedOver.length),
  };
}

const notSuited = ({ id: agentId }: Candidate, until: Instant | undefined): PassedOver => ({
  ...{ agentId, why: 'not-suited' },
  ...(until === undefined ? {} : { until }),
});
