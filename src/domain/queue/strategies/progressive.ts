import { idleSince, oneByOne, type Strategy } from './strategy';

/** Who has been idle longest is rung first, and with every step that the call rings one more beside him. */
export const progressive: Strategy = {
  groups: (free) => oneByOne(free, idleSince),
  score: idleSince,
  joinsAfter: (asked, stepMs) => asked * stepMs,
};
