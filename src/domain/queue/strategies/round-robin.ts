import { oneByOne, type Candidate, type Strategy } from './strategy';

const askedAt = (agent: Candidate): number => agent.askedAt ?? 0;

/**
 * All in turn: whose phone was longest ago to ring for a caller, whatever came of it. Who was busy when it was his
 * turn has it as soon as he is free.
 */
export const roundRobin: Strategy = {
  groups: (free) => oneByOne(free, askedAt, ({ position }) => position),
  score: askedAt,
};
