/**
 * How many agents a queue needs in each quarter of an hour of a day, from how it was on the same weekday of the weeks
 * before. A hint: it says what would have sufficed, and knows no campaign and no holiday.
 */
import type { QueueId } from '../ids';
import type { Instant, Millis } from '../time';
import { agentsNeeded, type ServiceGoal } from './erlang';

export const QUARTER_MS: Millis = 900_000;
/** 3声接听 within three rings, for four of five callers. */
export const DEFAULT_GOAL: ServiceGoal = { withinMs: 15_000, share: 0.8 };

/** What was seen in the weeks before. */
export interface SeenLoad {
  /** Days of that weekday that were looked at. */
  days: number;
  /** Callers of all those days by quarter, 0 being the first of the day. */
  callers: ReadonlyMap<number, number>;
  /** Mean talk; null when there was none. */
  talkMs: Millis | null;
  /** Waiting of all callers together, and how many of them hung up: what is known of their patience. */
  waitedMs: Millis;
  left: number;
}

export interface Staffing {
  queueId: QueueId;
  /** `2026-11-30` in the zone of the queue's store. */
  day: string;
  /** Days that it is made of; without any there is no hint. */
  days: number;
  goal: ServiceGoal;
  /** Mean talk and the longest wrap-up of the queue; null: there was no talk. */
  handlingMs: Millis | null;
  /** Null: nobody hung up. */
  patienceMs: Millis | null;
  /** Those in which anybody called. */
  quarters: { at: Instant; callers: number; needed: number | null }[];
}

/** `startsAt` is the day's first moment; `callers` of a quarter is the mean of those days. */
export function staffing(
  asked: { queueId: QueueId; day: string; startsAt: Instant; wrapUpMs: Millis; goal: ServiceGoal },
  seen: SeenLoad,
): Staffing {
  const { queueId, day, goal } = asked;
  const handlingMs = seen.talkMs === null ? null : seen.talkMs + asked.wrapUpMs;
  // The maximum of likelihood of an exponential patience of which most ends are not seen.
  const patienceMs = seen.left === 0 ? null : seen.waitedMs / seen.left;
  const quarters = [...seen.callers]
    .sort(([a], [b]) => a - b)
    .map(([quarter, count]) => {
      const callers = count / seen.days;
      const arrivals = callers / (QUARTER_MS / 1000);
      const load = { arrivals, patienceMs: patienceMs ?? Infinity };
      return {
        at: asked.startsAt + quarter * QUARTER_MS,
        callers,
        needed: handlingMs === null ? null : agentsNeeded({ ...load, handlingMs }, goal),
      };
    });
  return { queueId, day, days: seen.days, goal, handlingMs, patienceMs, quarters };
}
