import type { AgentId } from '../../ids';
import type { Strategy } from './strategy';

/** One of those who are free, each as likely as the others (Fisher-Yates, from the order of their ids). */
export const random: Strategy = {
  groups: (free, draw) => {
    const rest = free.map(({ id }) => id).sort();
    const drawn: AgentId[][] = [];
    while (rest.length > 0) {
      const [id] = rest.splice(Math.floor(draw() * rest.length), 1);
      if (id !== undefined) drawn.push([id]);
    }
    return drawn;
  },
  score: () => 0,
};
