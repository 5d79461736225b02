import type { AlarmKey } from '../domain/alarm-standing';
import type { DaySoFar } from '../domain/agent/workday';
import type { FormSnapshot } from '../domain/form/form';
import type { DialBudget } from '../domain/dial/budget';
import type {
  AgentSnapshot,
  BlockSnapshot,
  HotlineSnapshot,
  PromiseSnapshot,
  WaitSnapshot,
} from '../domain/records';

import type { Left } from '../domain/queue/left';

/** What is known from a former life, besides the plan and the calls that outlived it. */
export interface Known {
  /** What agents wanted. */
  agents: AgentSnapshot[];
  /** Those that stand open. */
  promises: PromiseSnapshot[];
  /** What may not be dialled any more today. */
  budget: DialBudget;
  /** Callers who are blocked, or were. */
  blocks: BlockSnapshot[];
  /** What was ordered of hotlines. */
  hotlines: HotlineSnapshot[];
  /** What agents have done today; who is missing has done nothing. */
  work?: DaySoFar[];
  /** Forms that are open, and those of calls that go on. */
  forms?: FormSnapshot[];
  /** Who left a queue a moment ago. */
  left?: Left[];
  /** What was expected of waits, and what came: the oldest first. */
  waits?: WaitSnapshot[];
  /** Alarms that stand until their end is told. */
  alarms?: AlarmKey[];
}
