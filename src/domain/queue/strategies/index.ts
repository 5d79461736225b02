/** The list of queue strategies: a new one is one new file and one line here. */
import type { StrategyName } from '../../plan';
import { longestIdle } from './longest-idle';
import { ringAll } from './ring-all';
import type { Strategy } from './strategy';

/** By the name that a queue of the plan gives. */
export const STRATEGIES: Record<StrategyName, Strategy> = {
  'longest-idle': longestIdle,
  'ring-all': ringAll,
};
