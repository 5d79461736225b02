/**
 * How fast a line moves, measured while somebody waits in it: how much time of agents one caller who is taken costs, and
 * how long callers wait before one hangs up. Rings, refusals, wrap-up, breaks and agents who serve other queues as well are
 * all in it, because it is measured at the line and not at the talks.
 */
import type { Instant, Millis } from '../time';

/** Counts in which the latest hundred callers have most of the weight. */
export interface Pace {
  /** Time of all agents at work while somebody waited, and the callers whom they took meanwhile. */
  readonly agentMs: Millis;
  readonly taken: number;
  /** Waiting of all callers together, and how many of them hung up. */
  readonly waitedMs: Millis;
  readonly left: number;
  /** How it has been since. */
  readonly since: Instant;
  readonly working: number;
  readonly waiting: number;
}

/** Of those counted before, so much is forgotten with each caller who is taken. */
const FORGOTTEN = 1 / 48;
/** With fewer than five callers taken, some of it forgotten, nothing can be said. */
const ENOUGH = 4.5;

export const UNPACED: Pace = {
  ...{ agentMs: 0, taken: 0, waitedMs: 0, left: 0, since: 0, working: 0, waiting: 0 },
};

/** Agents at work and callers in the line (also those at whose turn a phone rings) are so many from now on. */
export function pacedAt(
  pace: Pace,
  now: Instant,
  line: { working: number; waiting: number } = pace,
): Pace {
  const { working, waiting } = line;
  const ms = pace.waiting > 0 ? Math.max(0, now - pace.since) : 0;
  return {
    agentMs: pace.agentMs + ms * pace.working,
    taken: pace.taken,
    waitedMs: pace.waitedMs + ms * pace.waiting,
    left: pace.left,
    ...{ since: now, working, waiting },
  };
}

/** A caller was taken out of the line, or left it. */
export function pacedBy(pace: Pace, how: 'taken' | 'left', now: Instant): Pace {
  const until = pacedAt(pace, now);
  if (how === 'left') return { ...until, left: until.left + 1 };
  const kept = 1 - FORGOTTEN;
  return {
    ...until,
    agentMs: until.agentMs * kept,
    taken: (until.taken + 1) * kept,
    waitedMs: until.waitedMs * kept,
    left: until.left * kept,
  };
}

/** What a caller costs, and how patient he is (null: nobody has left); null while too little was seen. */
export interface Rates {
  readonly callerMs: Millis;
  readonly patienceMs: Millis | null;
}

export function ratesOf({ agentMs, taken, waitedMs, left }: Pace): Rates | null {
  if (taken < ENOUGH || agentMs <= 0) return null;
  return { callerMs: agentMs / taken, patienceMs: left > 0 ? waitedMs / left : null };
}

/** A pace of which only this is known any more. */
export const paceOf = ({ callerMs, patienceMs }: Rates, now: Instant): Pace => ({
  ...UNPACED,
  ...{ agentMs: callerMs / FORGOTTEN, taken: 1 / FORGOTTEN, since: now },
  ...(patienceMs === null ? {} : { waitedMs: patienceMs / FORGOTTEN, left: 1 / FORGOTTEN }),
});

/** Summed one by one as far as this; from there on the sum is an integral. */
const ONE_BY_ONE = 16;

/**
 * How long until who has `ahead` before him is taken: each of them is taken or leaves, one of them after the other
 * (Whitt 1999, with departures as in an M/M/c+M queue). Null when nobody works.
 */
export function expectedMs(rates: Rates, ahead: number, working: number): Millis | null {
  if (working <= 0) return null;
  const taking = working / rates.callerMs;
  const leaving = rates.patienceMs === null ? 0 : 1 / rates.patienceMs;
  const last = Math.min(ahead, ONE_BY_ONE - 1);
  let sum = 0;
  for (let before = 0; before <= last; before += 1) sum += 1 / (taking + before * leaving);
  if (ahead <= last) return sum;
  if (leaving === 0) return sum + (ahead - last) / taking;
  const from = taking + (last + 0.5) * leaving;
  const to = taking + (ahead + 0.5) * leaving;
  return sum + Math.log(to / from) / leaving;
}
