import { idleSince, oneByOne, type Candidate, type Strategy } from './strategy';

const talkToday = (agent: Candidate): number => agent.talkTodayMs;

/** Who has talked least today, on calls of whatever kind; of equals who has been idle longest. */
export const leastTalk: Strategy = {
  groups: (free) => oneByOne(free, talkToday, idleSince),
  score: talkToday,
};
