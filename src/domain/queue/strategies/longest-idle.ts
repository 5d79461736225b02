import { idleSince, oneByOne, type Strategy } from './strategy';

/** Who has been idle longest is rung first, alone; equals in the order of their ids. */
export const longestIdle: Strategy = {
  groups: (free) => oneByOne(free, idleSince),
  score: idleSince,
};
