import { oneByOne, type Candidate, type Strategy } from './strategy';

const position = (agent: Candidate): number => agent.position;

/** The first in the order of the queue is rung whenever he is free, the second when the first is not … */
export const topDown: Strategy = {
  groups: (free) => oneByOne(free, position),
  score: position,
};
