import type { Strategy } from './strategy';

/** Who has been idle longest is rung first, alone; equals in the order of their ids. */
export const longestIdle: Strategy = {
  groups: (free) =>
    [...free]
      .sort((a, b) => a.idleSince - b.idleSince || (a.id < b.id ? -1 : 1))
      .map((agent) => [agent.id]),
  widens: false,
};
