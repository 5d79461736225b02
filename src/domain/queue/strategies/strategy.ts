import type { AgentId } from '../../ids';
import type { Instant } from '../../time';

/** A free agent as a strategy sees him. */
export interface Candidate {
  id: AgentId;
  /** Idle since: the end of the last call, of its wrap-up, or the moment of becoming ready. */
  idleSince: Instant;
}

/**
 * Looks at the agents who are free and returns groups of them to ring in turn: longest-idle makes
 * groups of one, ring-all makes one group. It decides the order and nothing else.
 */
export type Strategy = (free: readonly Candidate[]) => AgentId[][];
