import type { Strategy } from './strategy';

/** Everybody who is free is rung for the first in the queue, and who picks up first has the call. */
export const ringAll: Strategy = {
  groups: (free) => (free.length === 0 ? [] : [free.map(({ id }) => id).sort()]),
  score: () => 0,
  joinsAfter: () => 0,
};
