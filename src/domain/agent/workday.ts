/**
 * What an agent has done today, for the strategies that share work out evenly. The day is that of his store and
 * turns over at its midnight: not by a timer, but because a day that has ended counts for nothing.
 */
import { dayIn, type Day } from '../day';
import type { AgentId } from '../ids';
import type { Instant, Millis } from '../time';
import type { Agent } from './agent';

export interface Workday {
  readonly day: Day;
  /** Callers whom he took. Calls that he places are none: who calls back shall not lose his turn. */
  readonly calls: number;
  /** On the telephone, whoever called whom, holds included. */
  readonly talkMs: Millis;
  /** When his phone was last to ring for a caller; null: not today. */
  readonly askedAt: Instant | null;
}

/** What records of a former life say of the day so far. */
export type DaySoFar = Omit<Workday, 'day'> & { id: AgentId };

const NO_DAY: Day = { startsAt: 0, endsAt: 0 };
export const NOTHING_YET: Workday = { day: NO_DAY, calls: 0, talkMs: 0, askedAt: null };

/** His day as it counts at that moment. */
export const workToday = ({ today }: Agent, now: Instant): Workday =>
  now < today.day.endsAt ? today : NOTHING_YET;

/** The agent after a step, with what the step says of his work. */
export function withWork(before: Agent, after: Agent, now: Instant): Agent {
  const [was, is] = [before.activity, after.activity];
  if (was.is === is.is && was.since === is.since) return after;
  const isAsked = is.is === 'reserved' && was.is !== 'reserved';
  const takesCaller = was.is === 'reserved' && is.is === 'talking';
  const hasTalked = was.is === 'talking';
  const uncounted = hasTalked ? (was.countedTo ?? was.since) : now;
  if (!isAsked && !takesCaller && !hasTalked) return after;
  const so = workToday(before, now);
  const day = so === NOTHING_YET ? dayIn(after.zone, now) : so.day;
  return {
    ...after,
    today: {
      day,
      calls: so.calls + (takesCaller ? 1 : 0),
      // Of a talk over midnight only what is today's.
      talkMs: so.talkMs + (now - Math.max(uncounted, day.startsAt)),
      askedAt: isAsked ? now : so.askedAt,
    },
  };
}

/** After a restart: his day goes on. */
export const resumeDay = (
  agent: Agent,
  { calls, talkMs, askedAt }: DaySoFar,
  now: Instant,
): Agent => ({
  ...agent,
  today: { day: dayIn(agent.zone, now), calls, talkMs, askedAt },
});
