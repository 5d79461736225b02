import type { AgentId } from '../../ids';
import type { Skills } from '../../plan';
import type { Instant, Millis } from '../../time';

/** A free agent as a strategy sees him. */
export interface Candidate {
  id: AgentId;
  /** Idle since: the end of the last call, of its wrap-up, or the moment of becoming ready. */
  idleSince: Instant;
  /** His place in the order of the queue, from 0. */
  position: number;
  /** Callers whom he has taken today, in the day of his store. */
  callsToday: number;
  talkTodayMs: Millis;
  /** When he was last asked to take a caller; null: not today. */
  askedAt: Instant | null;
  skills: Skills;
}

/** How the agents of a queue are asked. It decides groups and their order and nothing else. */
export interface Strategy {
  /**
   * Groups of the agents who are free: the first in the queue rings at all of the first group, the second at
   * all of the next. Longest-idle makes groups of one, ring-all makes one group. `random` gives numbers from 0
   * to below 1; they come from outside, so that a seed decides them.
   */
  groups: (free: readonly Candidate[], random: () => number) => AgentId[][];
  /** What it orders by, the smallest first: for the record of an offer. */
  score: (agent: Candidate) => number;
  /**
   * How long a call rings until somebody more is rung beside those who were `asked` before, unless he has let
   * it pass; without this nobody ever is. `stepMs`: the queue's step.
   */
  joinsAfter?: (asked: number, stepMs: Millis) => Millis;
}

/** Groups of one: by the first of these that tells two agents apart, at last by their ids. */
export const oneByOne = (
  free: readonly Candidate[],
  ...by: ((agent: Candidate) => number)[]
): AgentId[][] =>
  [...free]
    .sort((a, b) => {
      for (const of of by) {
        const difference = of(a) - of(b);
        if (difference !== 0) return difference;
      }
      return a.id < b.id ? -1 : 1;
    })
    .map(({ id }) => [id]);

export const idleSince = (agent: Candidate): number => agent.idleSince;
