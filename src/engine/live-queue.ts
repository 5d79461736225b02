/**
 * One queue as it stands now: who waits in which place, which agents are there. It keeps indices so
 * that dispatch looks at what has changed and never at everything; it decides nothing.
 */
import { isFree, isSignedIn, wanted, willBeFree, type Agent } from '../domain/agent/agent';
import { workToday } from '../domain/agent/workday';
import type { AgentId, EntryId, QueueId, StoreId } from '../domain/ids';
import type { QueueView } from '../domain/notices';
import type { PlanPerson, PlanQueue } from '../domain/plan';
import type { QueueSituation } from '../domain/queue/dispatch';
import { demandsOf, type Demand } from '../domain/queue/demands';
import { byPlace, type Entry } from '../domain/queue/entry';
import { NOTHING_EXPECTED, viewOf, type Expectation } from '../domain/queue/expect';
import { NO_FLOORS, type Floor } from '../domain/queue/floor';
import { headStartMs, type CallerFacts } from '../domain/queue/place';
import { languageMs, speaks } from '../domain/queue/language';
import { STRATEGIES } from '../domain/queue/strategies';
import type { Candidate } from '../domain/queue/strategies/strategy';
import type { OfferMade } from '../domain/raised-events';
import type { Language } from '../domain/spoken';
import { seconds, type Instant, type Millis } from '../domain/time';
import { passedOver } from './passed-over';

/** Where the plan does not say how long a call rings until one more is rung. */
const STEP_SECONDS = 10;
/** … and how long who left keeps his place. */
const RETURN_MINUTES = 10;
/** … and how many missed offers in a row say that somebody is not there. */
const MISSES_TO_PAUSE = 2;

/** Indices of one queue; changed only through `setEntry` and `setAgent`. */
export class LiveQueue {
  readonly id: QueueId;
  private storeId: StoreId;
  /** Null before the plan that has it, and when that has gone. */
  private plan: PlanQueue | null = null;
  /** Order of its people, as the plan has them. */
  private positions = new Map<AgentId, number>();
  private demands: readonly Demand[] = demandsOf({});
  /** In the order of their places. */
  private readonly waiting: Entry[] = [];
  private readonly fresh = new Map<EntryId, Entry>();
  private readonly offered = new Map<EntryId, Entry>();
  private readonly free = new Map<AgentId, Agent>();
  /** Signed in, and not free. */
  private readonly engaged = new Map<AgentId, Agent>();
  private readonly signedIn = new Set<AgentId>();
  private readonly ready = new Set<AgentId>();
  /** Of the engaged, those who have a caller of this queue. */
  private readonly own = new Map<AgentId, Agent>();
  /** Something changed since the last dispatch; without that it would decide the same again. */
  private stirred = false;
  /** A timer is set for a moment at which time alone makes something to be decided. */
  isAwaited = false;
  /** The floor of another queue, or what its store reserves, kept somebody from its callers. */
  isHeldBack = false;
  /** What is expected of waiting in it. */
  expectation: Expectation = NOTHING_EXPECTED;
  /** Who are to be called back; and how many of them wait. */
  private readonly calledBack = new Set<EntryId>();
  private backs = 0;
  /** Of agents' consultations: in its line, and offered. */
  private readonly consultations = new Map<EntryId, Entry>();

  constructor(id: QueueId, storeId: StoreId) {
    this.id = id;
    this.storeId = storeId;
  }

  planned(queue: PlanQueue, people: readonly PlanPerson[]): void {
    this.storeId = queue.store;
    this.plan = queue;
    this.demands = demandsOf(queue);
    const order = [...(queue.order ?? []), ...people.map(({ id }) => id)];
    this.positions = new Map();
    for (const id of order)
      if (!this.positions.has(id)) this.positions.set(id, this.positions.size);
    this.stirred = true;
  }

  /** The moment that the timer was set for has come. */
  isDue(): void {
    this.isAwaited = false;
    this.stir();
  }

  /** Something beside it changed what may be decided. */
  stir(): void {
    this.stirred = true;
  }

  /** So many agents it keeps from callers of others. */
  get keep(): number {
    return this.plan?.keep ?? 0;
  }

  /** What other queues must leave it; null: nothing. */
  get floor(): Floor | null {
    const need = this.keep - this.own.size;
    return need > 0 ? { need, free: this.free } : null;
  }

  /** True while the queue may not be forgotten although the plan has dropped it. */
  get inUse(): boolean {
    return this.waiting.length + this.offered.size > 0;
  }

  /** The first in the queue. */
  get head(): Entry | undefined {
    return this.waiting[0];
  }

  /** Is anybody of its agents signed in? */
  get isStaffed(): boolean {
    return this.signedIn.size > 0;
  }

  /** … beside this one? */
  isStaffedBeside(agentId: AgentId | undefined): boolean {
    return this.signedIn.size > (agentId !== undefined && this.signedIn.has(agentId) ? 1 : 0);
  }

  /** Is anybody of its agents free? */
  get hasFree(): boolean {
    return this.free.size > 0;
  }

  /** Does anybody stand in line who is to be called back? */
  get callsBack(): boolean {
    return this.calledBack.size > 0;
  }

  /** Whose agents it has. */
  get store(): StoreId {
    return this.storeId;
  }

  private get strategy(): PlanQueue['strategy'] {
    return this.plan?.strategy ?? 'longest-idle';
  }

  private get widens(): boolean {
    return STRATEGIES[this.strategy].joinsAfter !== undefined;
  }

  /** May there be anything for dispatch to decide? */
  get needsDispatch(): boolean {
    if (!this.stirred) return false;
    if (this.isAwaited) return true;
    if (this.waiting.length === 0)
      return this.widens && this.offered.size > 0 && this.free.size > 0;
    return this.free.size > 0 || this.fresh.size > 0 || this.signedIn.size <= this.leastStaff;
  }

  /** With so few signed in somebody may wait for nobody: who asks is none of those whom he asks. */
  private get leastStaff(): number {
    return this.consultations.size > 0 ? 1 : 0;
  }

  setEntry(before: Entry | undefined, entry: Entry): void {
    if (before?.state === 'waiting') this.remove(before);
    this.offered.delete(entry.id);
    mark(this.calledBack, entry.id, entry.back !== undefined && entry.state !== 'ended');
    if (entry.askedBy !== undefined) {
      if (entry.state === 'ended') this.consultations.delete(entry.id);
      else this.consultations.set(entry.id, entry);
    }
    this.stirred = true;
    if (entry.state === 'waiting') this.insert(entry);
    if (entry.state === 'offered') this.offered.set(entry.id, entry);
  }

  /** The agent as he is now; `belongs` false when he has left the queue; `serves`: whose caller he has. */
  setAgent(agent: Agent, belongs: boolean, serves: QueueId | null): void {
    this.stirred = true;
    mark(this.signedIn, agent.id, belongs && isSignedIn(agent));
    mark(this.ready, agent.id, belongs && wanted(agent).is === 'ready');
    const isHere = belongs && isSignedIn(agent);
    const isFreeNow = isHere && isFree(agent);
    if (isFreeNow) this.free.set(agent.id, agent);
    else this.free.delete(agent.id);
    if (isHere && !isFreeNow) this.engaged.set(agent.id, agent);
    else this.engaged.delete(agent.id);
    if (belongs && serves === this.id) this.own.set(agent.id, agent);
    else this.own.delete(agent.id);
  }

  /** What dispatch decides upon; the entries count as seen from here on. */
  takeSituation(
    now: Instant,
    others: readonly Floor[] = [],
    lent?: ReadonlySet<AgentId>,
  ): Omit<QueueSituation, 'recalls' | 'random'> {
    const fresh = [...this.fresh.values()];
    this.fresh.clear();
    this.stirred = false;
    return {
      now,
      strategy: this.strategy,
      stepMs: seconds(this.plan?.stepSeconds ?? STEP_SECONDS),
      demands: this.demands,
      ownerMs: seconds(this.plan?.ownerSeconds ?? 0),
      language: { ms: languageMs(this.plan ?? {}), isSpoken: (one) => this.isSpoken(one) },
      awaits: (id) => this.awaits(id),
      ...(lent ? { lent } : {}),
      engaged: passedOver(this.engaged),
      waiting: this.waiting,
      fresh,
      ringing: this.widens ? [...this.offered.values()].filter(isCaller).sort(byPlace) : [],
      free: [...this.free.values()].map((agent) => this.candidate(agent, now)),
      staffed: this.isStaffed,
      alone: this.consultationsThat('waiting').filter(
        ({ askedBy }) => !this.isStaffedBeside(askedBy),
      ),
      floors:
        others.length === 0 ? NO_FLOORS : { keep: this.keep, own: [...this.own.values()], others },
    };
  }

  private consultationsThat(state: Entry['state']): Entry[] {
    if (this.consultations.size === 0) return [];
    return [...this.consultations.values()].filter((entry) => entry.state === state);
  }

  private candidate(agent: Agent, now: Instant): Candidate {
    const { calls, talkMs, askedAt } = workToday(agent, now);
    return {
      id: agent.id,
      idleSince: agent.activity.since,
      position: this.positions.get(agent.id) ?? this.positions.size,
      callsToday: calls,
      talkTodayMs: talkMs,
      askedAt,
      skills: agent.skills,
    };
  }

  /** By somebody who is free, or will be. */
  private isSpoken(language: Language): boolean {
    const can = ({ skills }: Agent) => speaks(skills, language);
    const busy = [...this.engaged.values()];
    return [...this.free.values()].some(can) || busy.some((one) => can(one) && willBeFree(one));
  }

  private awaits(agentId: AgentId): boolean {
    const agent = this.engaged.get(agentId);
    return agent !== undefined && willBeFree(agent);
  }

  /** How much longer than he did a caller counts as having waited. */
  headStartOf(caller: CallerFacts | undefined): Millis {
    return headStartMs(caller, this.plan?.headStart);
  }

  /** What of the plan an offer takes along. */
  get offerRules(): Pick<OfferMade, 'missLimit'> {
    const limit = this.plan?.missesToPause ?? MISSES_TO_PAUSE;
    return limit === 0 ? {} : { missLimit: limit };
  }

  /** For how long who left keeps his place. */
  get returnMs(): Millis {
    return seconds(60 * (this.plan?.returnMinutes ?? RETURN_MINUTES));
  }

  /** Head starts order the line: only who has less of a place than he has waited can have come before. */
  private get longestWaitSince(): Instant | null {
    let since: Instant | null = null;
    for (const { place, joinedAt, back, askedBy } of this.waiting) {
      if (back !== undefined || askedBy !== undefined) continue;
      if (since !== null && place >= since) break;
      since = Math.min(since ?? joinedAt, joinedAt);
    }
    return since;
  }

  view(): QueueView {
    return {
      id: this.id,
      storeId: this.storeId,
      waiting: this.line.waiting,
      callBacks: this.backs,
      consultations: this.consultations.size,
      offered: this.offered.size - this.consultationsThat('offered').length,
      ready: this.ready.size,
      signedIn: this.signedIn.size,
      longestWaitSince: this.longestWaitSince,
      told: viewOf(this.expectation),
    };
  }

  /** Agents at work, and how many callers wait. */
  get line(): { working: number; waiting: number } {
    const others = this.backs + this.consultationsThat('waiting').length;
    return { working: this.ready.size, waiting: this.waiting.length - others };
  }

  /** How many stand before an entry that waits. */
  ahead(entry: Entry): number {
    return this.placeOf(entry);
  }

  private insert(entry: Entry): void {
    this.waiting.splice(this.placeOf(entry), 0, entry);
    this.fresh.set(entry.id, entry);
    if (entry.back !== undefined) this.backs += 1;
  }

  private remove(entry: Entry): void {
    this.waiting.splice(this.placeOf(entry), 1);
    this.fresh.delete(entry.id);
    if (entry.back !== undefined) this.backs -= 1;
  }

  /** Binary search for the first place not before the entry's: ten thousand may wait. */
  private placeOf(entry: Entry): number {
    let low = 0;
    let high = this.waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.waiting[middle];
      if (other && byPlace(other, entry) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isCaller = ({ askedBy }: Entry): boolean => askedBy === undefined;

const mark = <T>(set: Set<T>, value: T, present: boolean): void => {
  if (present) set.add(value);
  else set.delete(value);
};
