/**
 * A line of callers, simulated event by event from a seed: who comes, who hangs up, whom agents take, and what was
 * expected of each wait when it began. What is told is the product's own (domain/queue/expect); beside it stand the
 * formulas of its peers, with what they know of the same moment.
 */
import {
  expectWait,
  heldOf,
  learn,
  NOTHING_EXPECTED,
  type Came,
  type Expectation,
  type Expected,
} from '../../src/domain/queue/expect';
import { pacedAt, pacedBy } from '../../src/domain/queue/pace';
import { PEERS, type PeerName, type Seen } from './peer-waits';
import type { Random } from './random';

const MINUTE = 60_000;

export interface World {
  /** Callers an hour, at that hour of the simulation. */
  arrivals: (hour: number) => number;
  /** Agents at work then. */
  agents: (hour: number) => number;
  /** Mean talk with wrap-up, and the spread of it: `exponential`, or the deviation of the logarithm. */
  talkMs: number;
  spread: 'exponential' | number;
  /** How long callers wait before they hang up, in the mean. */
  patienceMs: number;
  /** Share of what agents take that is of other queues. */
  elsewhere?: number;
  hours: number;
}

/** What was said, and what came of it. */
export interface Wait {
  expected: Expected | null;
  peers: Record<PeerName, number>;
  came: Came & { waitedMs: number };
}

interface Waiting {
  since: number;
  leavesAt: number;
  expected: Expected | null;
  peers: Record<PeerName, number>;
}

/** Runs the world and answers everybody who had to wait, in the order in which it ended. */
export function simulateLine(world: World, random: Random): Wait[] {
  return new Line(world, random).run();
}

const HOUR = 60 * MINUTE;

class Line {
  private now = 0;
  private readonly line: Waiting[] = [];
  /** When each who is busy is done. */
  private busy: number[] = [];
  private known: Expectation = NOTHING_EXPECTED;
  private readonly ended: Wait[] = [];
  private readonly seen: Seen;

  constructor(
    private readonly world: World,
    private readonly random: Random,
  ) {
    this.seen = { waits: [], talks: [], line: [], waited: 0, agents: 0, free: 0, now: 0 };
  }

  run(): Wait[] {
    let arrival = this.nextArrival();
    const end = this.world.hours * HOUR;
    while (this.now < end) {
      const [done, leave] = [Math.min(...this.busy), this.nextLeaver()];
      const shift = (Math.floor(this.now / (HOUR / 4)) + 1) * (HOUR / 4);
      const at = Math.min(arrival, done, leave?.leavesAt ?? Infinity, shift);
      this.now = at;
      if (at === arrival) {
        this.arrives();
        arrival = this.nextArrival();
      } else if (at === done) this.busy.splice(this.busy.indexOf(done), 1);
      else if (leave && at === leave.leavesAt) this.leaves(leave);
      this.takeAll();
      this.paced();
    }
    return this.ended;
  }

  private get agents(): number {
    return this.world.agents(this.now / HOUR);
  }

  private exponential = (mean: number): number => -Math.log(1 - this.random.next()) * mean;

  private nextArrival(): number {
    // Thinned from the highest rate, so that a burst begins when it begins.
    let at = this.now;
    const highest = 4000;
    for (;;) {
      at += this.exponential(HOUR / highest);
      if (this.random.next() < this.world.arrivals(at / HOUR) / highest) return at;
    }
  }

  private talk(): number {
    const { talkMs, spread } = this.world;
    if (spread === 'exponential') return this.exponential(talkMs);
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.random.next())) * Math.cos(2 * Math.PI * this.random.next());
    return talkMs * Math.exp(spread * normal - (spread * spread) / 2);
  }

  private nextLeaver(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const one of this.line) if (!first || one.leavesAt < first.leavesAt) first = one;
    return first;
  }

  private arrives(): void {
    if (this.line.length === 0 && this.busy.length < this.agents) {
      this.begin();
      return;
    }
    const { now } = this;
    this.known = { ...this.known, pace: pacedAt(this.known.pace, now) };
    const situation = { ahead: this.line.length, working: this.agents, now };
    this.line.push({
      since: now,
      leavesAt: now + this.exponential(this.world.patienceMs),
      expected: expectWait(this.known, situation),
      peers: this.askPeers(),
    });
  }

  private askPeers(): Record<PeerName, number> {
    Object.assign(this.seen, {
      line: this.line.map(({ since }) => this.now - since),
      agents: this.agents,
      free: Math.max(0, this.agents - this.busy.length),
      now: this.now,
    });
    const told = PEERS.map(([name, formula]) => [name, formula(this.seen)] as const);
    return Object.fromEntries(told) as Record<PeerName, number>;
  }

  private begin(): void {
    const talkMs = this.talk();
    this.busy.push(this.now + talkMs);
    this.seen.talks.push(talkMs);
  }

  private leaves(one: Waiting): void {
    this.line.splice(this.line.indexOf(one), 1);
    this.known = { ...this.known, pace: pacedBy(this.known.pace, 'left', this.now) };
    this.end(one, 'abandoned');
  }

  private takeAll(): void {
    while (this.line.length > 0 && this.busy.length < this.agents) {
      this.begin();
      // Who had been free took a caller of another queue.
      if (this.random.chance(this.world.elsewhere ?? 0)) continue;
      const next = this.line.shift();
      if (!next) return;
      this.known = { ...this.known, pace: pacedBy(this.known.pace, 'taken', this.now) };
      this.seen.waits.push(this.now - next.since);
      this.end(next, 'connected');
    }
  }

  private paced(): void {
    const line = { working: this.agents, waiting: this.line.length };
    this.known = { ...this.known, pace: pacedAt(this.known.pace, this.now, line) };
  }

  private end({ since, expected, peers }: Waiting, how: Came['how']): void {
    const came = { at: this.now, how, waitedMs: this.now - since };
    if (expected) this.known = learn(this.known, expected, came);
    this.ended.push({ expected, peers, came });
  }
}

export interface Figures {
  /** Who had to wait, and to how many of them something was told. */
  waits: number;
  told: number;
  /** Share of what was told that held, where that is known. */
  coverage: number;
  /** Mean width of the ranges, in minutes. */
  widthMinutes: number;
  /** Mean error of the middle expectation, in minutes, of those who were told and taken. */
  mae: number;
  peers: Record<PeerName, { coverage: number; mae: number }>;
}

/** A peer's one figure is taken as the middle of a range as wide as ours at the same moment. */
export function figuresOf(waits: readonly Wait[]): Figures {
  const told = waits.flatMap(({ expected, ...rest }) =>
    expected?.told && expected.range ? [{ expected, range: expected.range, ...rest }] : [],
  );
  const judged = told.flatMap((one) => heldOf(one.expected, one.came) ?? []);
  const taken = told.filter(({ came }) => came.how === 'connected');
  const peers = PEERS.map(([name]) => {
    const errors = taken.map((one) => Math.abs(one.peers[name] - one.came.waitedMs));
    const held = told.flatMap((one) => {
      if (heldOf(one.expected, one.came) === null) return [];
      const half = ((one.range[1] - one.range[0]) * MINUTE) / 2;
      const from = Math.max(0, one.peers[name] - half);
      const { waitedMs } = one.came;
      return [waitedMs >= from && waitedMs <= from + 2 * half];
    });
    return [name, { coverage: share(held), mae: mean(errors) / MINUTE }] as const;
  });
  return {
    waits: waits.length,
    told: told.length,
    coverage: share(judged),
    widthMinutes: mean(told.map(({ range: [from, to] }) => to - from)),
    mae:
      mean(taken.map(({ expected, came }) => Math.abs(expected.medianMs - came.waitedMs))) / MINUTE,
    peers: Object.fromEntries(peers) as Figures['peers'],
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const share = (held: readonly boolean[]): number => held.filter(Boolean).length / held.length;
