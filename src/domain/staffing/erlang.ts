/**
 * How many it takes: channels of a trunk (Erlang B) and agents of a queue whose callers do not wait for ever
 * (Erlang A, the M/M/n+M queue). Pure arithmetic; where the loads come from is the report's.
 */
import type { Millis } from '../time';

/**
 * Erlang B: the share of calls that find all `channels` taken, 0..1, at a load of so many erlang (calls an hour x
 * mean hours of one). Recursion over the channels, which stays exact where factorials overflow.
 */
export function erlangB(erlangs: number, channels: number): number {
  if (erlangs <= 0) return 0;
  let inverse = 1;
  for (let n = 1; n <= channels; n += 1) inverse = 1 + (inverse * n) / erlangs;
  return 1 / inverse;
}

/** A queue in a span of time in which it stays as it is. */
export interface QueueLoad {
  /** Callers a second. */
  arrivals: number;
  /** Mean talk and wrap-up. */
  handlingMs: Millis;
  /** Mean time after which a caller who still waits hangs up; Infinity: never. */
  patienceMs: Millis;
}

export interface ServiceGoal {
  /** Answered within so long … */
  withinMs: Millis;
  /** … are to be so many of all callers, 0..1; who hung up before counts as not answered. */
  share: number;
}

/** A caller who finds more than this waiting before him is hardly ever one of those who arrive. */
const NEGLIGIBLE = 1e-12;
/** Longer queues are not computed. */
const MOST_WAITING = 100_000;
/** A patience that is none; the formulas divide by its rate. */
const ENDLESS_MS: Millis = 1e12;

/**
 * The share of callers whom `agents` answer within `withinMs`, 0..1. A caller who finds k others waiting is served
 * after k+1 departures, whose rates n*mu + j*theta make the time to them an order statistic: its distribution is an
 * incomplete beta function (Zeltyn and Mandelbaum, "Call centers with impatient customers", 2005).
 */
export function servedWithin(load: QueueLoad, agents: number, withinMs: Millis): number {
  const { arrivals, handlingMs } = load;
  if (arrivals <= 0) return 1;
  if (agents <= 0) return 0;
  const service = 1000 / handlingMs;
  const leaving = 1000 / Math.min(load.patienceMs, ENDLESS_MS);
  const free = freeShare(arrivals, service, agents);
  const queue = new Waiting({ arrivals, leaving, atOnce: agents * service }, withinMs / 1000);
  let [state, total, served] = [free.full, free.below + free.full, free.below];
  for (let ahead = 0; ahead < MOST_WAITING && state > NEGLIGIBLE * total; ahead += 1) {
    served += state * queue.servedBehind(ahead);
    state *= arrivals / (agents * service + (ahead + 1) * leaving);
    total += state;
  }
  return served / total;
}

/** Weights of the states in which an agent is free, and of the one in which just all are busy. */
function freeShare(arrivals: number, service: number, agents: number) {
  const blocked = erlangB(arrivals / service, agents);
  return { below: 1 - blocked, full: blocked };
}

/** Chances of who waits; asked for 0, 1, 2 … ahead in turn. */
class Waiting {
  /** That he does not hang up before his turn. */
  private stays = 1;
  /** Of the incomplete beta function: the sum so far and its next term. */
  private later: number;
  private term: number;
  private readonly x: number;

  constructor(
    private readonly rates: { arrivals: number; leaving: number; atOnce: number },
    withinS: number,
  ) {
    const shape = this.shape;
    this.x = -Math.expm1(-rates.leaving * withinS);
    this.later = 0;
    this.term = Math.exp(-rates.leaving * withinS * shape);
  }

  private get shape(): number {
    return (this.rates.atOnce + this.rates.leaving) / this.rates.leaving;
  }

  servedBehind(ahead: number): number {
    const { leaving, atOnce } = this.rates;
    const departure = atOnce + ahead * leaving;
    this.stays *= departure / (departure + leaving);
    this.later += this.term;
    this.term *= (this.x * (this.shape + ahead)) / (ahead + 1);
    return this.stays * Math.max(0, 1 - this.later);
  }
}

/** The fewest agents with whom the goal is reached; at most `most`, which is answered when they do not suffice. */
export function agentsNeeded(load: QueueLoad, goal: ServiceGoal, most = 1000): number {
  if (load.arrivals <= 0) return 0;
  let [low, high] = [1, most];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (servedWithin(load, middle, goal.withinMs) >= goal.share) high = middle;
    else low = middle + 1;
  }
  return low;
}
