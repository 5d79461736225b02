import type { AgentId } from '../../ids';
import type { Instant } from '../../time';

/** A free agent as a strategy sees him. */
export interface Candidate {
  id: AgentId;
  /** Idle since: the end of the last call, of its wrap-up, or the moment of becoming ready. */
  idleSince: Instant;
}

/** How the agents of a queue are asked. It decides groups and their order and nothing else. */
export interface Strategy {
  /**
   * Groups of the agents who are free: the first in the queue rings at all of the first group, the second at
   * all of the next. Longest-idle makes groups of one, ring-all makes one group.
   */
  groups: (free: readonly Candidate[]) => AgentId[][];
  /** Who becomes free while a call rings is rung for it as well, unless he has let it pass. */
  widens: boolean;
}
