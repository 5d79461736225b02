/** The list of queue strategies: a new one is one new file and one line here. */
import type { StrategyName } from '../../plan';
import { leastCallsToday } from './least-calls-today';
import { leastTalk } from './least-talk';
import { longestIdle } from './longest-idle';
import { progressive } from './progressive';
import { random } from './random';
import { ringAll } from './ring-all';
import { roundRobin } from './round-robin';
import type { Strategy } from './strategy';
import { topDown } from './top-down';

/** By the name that a queue of the plan gives. */
export const STRATEGIES: Record<StrategyName, Strategy> = {
  'longest-idle': longestIdle,
  'round-robin': roundRobin,
  'least-calls-today': leastCallsToday,
  'least-talk': leastTalk,
  'top-down': topDown,
  random,
  'ring-all': ringAll,
  progressive,
};
