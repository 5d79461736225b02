/**
 * Decides whom of the agents that several queues share one of them must leave to the others: the floor of each is a
 * number of agents who are free for its callers, or have them. A free agent stands for one floor at a time.
 *
 * A floor slows a line down and never stops it: while nobody who suits a caller has one of his queue, he is held back by
 * none.
 */
import type { AgentId } from '../ids';
import type { Skills } from '../plan';
import { suits, type Demand } from './demands';

/** A queue that shares agents, as another one sees it. */
export interface Floor {
  /** So many more are to stand ready for its callers than have them now; at least 1. */
  need: number;
  /** Its agents who are free. */
  free: { keys: () => Iterable<AgentId> };
}

export interface Floors {
  /** The queue's own floor. */
  keep: number;
  /** Its agents who have a caller of it: at the phone that rings, in a talk, or in the wrap-up. */
  own: readonly { skills: Skills }[];
  others: readonly Floor[];
}

/** A plan in which no queue has a floor. */
export const NO_FLOORS: Floors = { keep: 0, own: [], others: [] };

/** What is left of the agents while they are taken one after the other. */
export interface Keeping {
  /** Does the floor of another queue need him? Once it does, it does so to the end. */
  isKept: (agentId: AgentId) => boolean;
  /** May those of whom this is wanted take also who is kept? */
  isOwed: (step: number) => boolean;
  isAnyOwed: () => boolean;
  /** After `isKept` was asked of him. */
  take: (agentId: AgentId, skills: Skills) => void;
  /** Was anybody kept from this queue? */
  readonly heldBack: boolean;
}

export function keepingOf(
  { keep, own, others }: Floors,
  demands: readonly (Demand & { back?: boolean })[],
): Keeping {
  const stand = new Standing(others);
  const kept = new Set<AgentId>();
  const having = [...own];
  /** Of those who have a caller, how many were seen not to suit at which step. */
  const unsuited = new Map<number, number>();
  const isOwed = (step: number): boolean => {
    const demand = demands[step];
    // Whoever is called back is owed nobody.
    if (demand === undefined || demand.back) return false;
    if (having.length < keep) return true;
    let seen = unsuited.get(step) ?? 0;
    while (seen < having.length && !suits(having[seen]?.skills ?? {}, demand)) seen += 1;
    unsuited.set(step, seen);
    return seen === having.length;
  };
  return {
    isKept: (agentId) => {
      if (!kept.has(agentId)) for (const id of stand.neededWith(agentId)) kept.add(id);
      return kept.has(agentId);
    },
    isOwed,
    isAnyOwed: () => demands.some((_, step) => isOwed(step)),
    take: (agentId, skills) => {
      having.push({ skills });
      stand.leave(agentId);
    },
    get heldBack() {
      return kept.size > 0;
    },
  };
}

const NOBODY: ReadonlySet<AgentId> = new Set();

/** A floor, and who is left of its free agents. */
interface Wanting {
  free: AgentId[];
}

/**
 * Which free agent stands for which floor: as many as can be at once (a matching by augmenting paths, Kuhn 1955). A
 * look is bounded by the sum of the needs, however many are free.
 */
class Standing {
  private readonly standsFor = new Map<AgentId, Wanting>();
  private readonly gone = new Set<AgentId>();

  constructor(floors: readonly Floor[]) {
    for (const { need, free } of floors) {
      const floor = { free: [...free.keys()] };
      for (let unmet = need; unmet > 0; unmet -= 1) if (!this.fill(floor, new Set())) break;
    }
  }

  /** Him and those whom his floor cannot spare either, if nobody can stand in his place; else nobody. */
  neededWith(agentId: AgentId): ReadonlySet<AgentId> {
    const floor = this.standsFor.get(agentId);
    if (floor === undefined) return NOBODY;
    const tried = new Set([agentId]);
    if (!this.fill(floor, tried)) return tried;
    this.standsFor.delete(agentId);
    return NOBODY;
  }

  /** He was looked at: if he still stands for a floor, nobody can in his place. */
  leave(agentId: AgentId): void {
    this.gone.add(agentId);
    this.standsFor.delete(agentId);
  }

  /** One more for this floor, if need be from another one that finds somebody else. */
  private fill(floor: Wanting, tried: Set<AgentId>): boolean {
    const { free } = floor;
    const idle = this.firstIdle(free, tried);
    if (idle !== undefined) {
      this.standsFor.set(idle, floor);
      return true;
    }
    for (const agentId of free) {
      const other = this.standsFor.get(agentId);
      if (other === undefined || other === floor || tried.has(agentId)) continue;
      tried.add(agentId);
      if (!this.fill(other, tried)) continue;
      this.standsFor.set(agentId, floor);
      return true;
    }
    return false;
  }

  /** Who stands for no floor; those who are gone are struck off. */
  private firstIdle(free: AgentId[], tried: ReadonlySet<AgentId>): AgentId | undefined {
    for (let at = 0; at < free.length; at += 1) {
      const agentId = free[at];
      if (agentId === undefined || this.standsFor.has(agentId) || tried.has(agentId)) continue;
      if (!this.gone.has(agentId)) return agentId;
      const last = free.pop();
      if (last !== undefined && at < free.length) free[at] = last;
      at -= 1;
    }
    return undefined;
  }
}

/** The same when the queue's own callers have these already. */
export const without = (
  { keep, own, others }: Floors,
  free: readonly { id: AgentId; skills: Skills }[],
  called: ReadonlySet<AgentId>,
): Floors => ({
  keep,
  own: [...own, ...free.filter(({ id }) => called.has(id))],
  others: others.map(({ need, free }) => ({
    need,
    free: new Set([...free.keys()].filter((id) => !called.has(id))),
  })),
});
