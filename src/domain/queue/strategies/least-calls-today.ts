import { idleSince, oneByOne, type Candidate, type Strategy } from './strategy';

const callsToday = (agent: Candidate): number => agent.callsToday;

/** Who has taken the fewest callers today; of equals who has been idle longest. */
export const leastCallsToday: Strategy = {
  groups: (free) => oneByOne(free, callsToday, idleSince),
  score: callsToday,
};
