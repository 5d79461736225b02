/**
 * The live maps: calls, legs, entries, agents, queues, open promises. Every change of an aggregate
 * goes through a setter here, which keeps the indices and notes which queues need a dispatch.
 */
import type { HotlineTest } from '../domain/hotline/test-result';
import type { Agent } from '../domain/agent/agent';
import type { PhoneLoss } from '../domain/agent/phone-loss';
import { seatIn } from '../domain/agent/seat';
import type { Door } from '../domain/call/arrival';
import { routingTable, type Route, type RoutingTable } from '../domain/call/routing';
import { calledBackAt, customerNumber, type Call } from '../domain/call/call';
import { UNUSED, type DialBudget } from '../domain/dial/budget';
import type { CallView } from '../domain/dial/may-call';
import type { Leg } from '../domain/call/leg';
import type {
  AgentId,
  CallId,
  EntryId,
  LegId,
  PhoneId,
  PromiseId,
  QueueId,
  StoreId,
} from '../domain/ids';
import { numberBook, type NumberBook } from '../domain/number/book';
import type { Plan, PlanQueue } from '../domain/plan';
import { promiseKey, stands } from '../domain/promise/promise';
import {
  ringBacks,
  ringingHours,
  USUAL_RING_BACK,
  type RingBack,
} from '../domain/promise/ring-back';
import type { Entry } from '../domain/queue/entry';
import { blockKey, isInForce } from '../domain/block/block';
import type { Floor } from '../domain/queue/floor';
import { opening, plannedOpenings } from '../domain/hours/closure';
import type { Opening } from '../domain/hours/opening';
import type {
  AttemptSnapshot,
  BlockSnapshot,
  HotlineSnapshot,
  PromiseSnapshot,
} from '../domain/records';
import type { Instant } from '../domain/time';
import { LiveQueue } from './live-queue';
import { RecentCalls } from './recent-calls';
import { RecentForms } from './recent-forms';
import { Serving } from './serving';

const NO_PLAN: Plan = {
  sip: { realm: '' },
  stores: [],
  trunks: [],
  queues: [],
  hotlines: [],
  people: [],
  phones: [],
};

/** The memory of the engine; see the head of this file. */
export class LiveState {
  readonly calls = new Map<CallId, Call>();
  readonly recentCalls = new RecentCalls();
  readonly forms = new RecentForms();
  readonly legs = new Map<LegId, Leg>();
  readonly entries = new Map<EntryId, Entry>();
  readonly agents = new Map<AgentId, Agent>();
  readonly queues = new Map<QueueId, LiveQueue>();
  /** Open promises by hotline and number. */
  readonly promises = new Map<string, PromiseSnapshot>();
  /** Promises that have changed, or whose person came or went, since that was looked at. */
  readonly stirredPromises = new Map<PromiseId, PromiseSnapshot>();
  /** Of those who are called back in their turn: the call that stands in line, or is on its way. */
  readonly callBacks = new Map<PromiseId, CallId>();
  /** That are claimed and have no outcome, by call. */
  readonly attempts = new Map<CallId, AttemptSnapshot>();
  /** Agents who were rung to call somebody back, for his own call: until he has said to the menu what he calls for. */
  readonly keptFor = new Map<AgentId, CallId>();
  /** Ids that calls which go on have set aside, and that have served their turn: what is owed to them now is another one. */
  readonly endedPromises = new Set<PromiseId>();
  /** Ids of promises that calls which go on have set aside. */
  private readonly setAside = new Set<PromiseId>();
  private readonly promiseKeys = new Map<PromiseId, string>();
  private readonly owed = new Map<string, Map<PromiseId, PromiseSnapshot>>();
  private readonly here = new Map<string, Set<CallId>>();
  /** As whom a call that goes on is here. */
  private readonly heldBy = new Map<CallId, readonly string[]>();
  /** Queues whose figures have changed since desktops were told. */
  readonly changedQueues = new Set<LiveQueue>();

  plan: Plan = NO_PLAN;
  routes: RoutingTable = new Map();
  /** What was ordered of hotlines beside the plan, by number. */
  readonly hotlines = new Map<string, HotlineSnapshot>();
  /** How each did when it was tested last. */
  readonly tests = new Map<string, HotlineTest>();
  /** By `blockKey`. */
  readonly blocks = new Map<string, BlockSnapshot>();
  private openings = plannedOpenings(NO_PLAN);
  private ringBacks: ReadonlyMap<string, RingBack> = new Map();
  /** Queues that keep agents from others. */
  private keepers: readonly PlanQueue[] = [];
  /** Stores that reserve agents for their callers. */
  private reserving: ReadonlySet<StoreId> = new Set();
  /** What the plan says of numbers. */
  book: NumberBook = numberBook(NO_PLAN);
  /** What was told of phones, also of those at which nobody sits; null: it can be rung. */
  readonly phoneLosses = new Map<PhoneId, PhoneLoss | null>();
  budget: DialBudget = UNUSED;
  private agentByPhone = new Map<PhoneId, AgentId>();
  private readonly serving = new Serving();

  setPlan(plan: Plan): void {
    this.plan = plan;
    this.routes = routingTable(plan);
    this.openings = plannedOpenings(plan);
    this.ringBacks = ringBacks(plan, this.openings);
    this.reserving = new Set(
      plan.stores.filter((one) => (one.reservedForInbound ?? 0) > 0).map(({ id }) => id),
    );
    this.keepers = plan.queues.filter(({ keep = 0 }) => keep > 0);
    this.book = numberBook(plan);
    this.agentByPhone = new Map(
      plan.phones.flatMap(({ id, person }) => (person === undefined ? [] : [[id, person]])),
    );
    for (const { id, seat } of this.agents.values())
      if (seatIn(plan, seat)) this.agentByPhone.set(seat ?? '', id);
    for (const planned of plan.queues) {
      const queue = this.queue(planned.id, planned.store);
      queue.planned(planned, plan.people);
      this.changedQueues.add(queue);
    }
    const kept = new Set(plan.queues.map((queue) => queue.id));
    for (const [id, queue] of this.queues)
      if (!kept.has(id) && !queue.inUse) this.queues.delete(id);
  }

  /** A queue that the plan has dropped comes back as an empty one, so that its calls are ended. */
  queue(id: QueueId, storeId: StoreId): LiveQueue {
    const known = this.queues.get(id);
    if (known) return known;
    const queue = new LiveQueue(id, storeId);
    this.queues.set(id, queue);
    return queue;
  }

  /** How a caller finds the hotline at this moment. */
  door({ hotline, storeId }: Route, from: string, at: Instant): Door {
    return this.blockOf(storeId, from, at) ? { is: 'blocked' } : this.opening(hotline, at);
  }

  /** Whether a call that arrives at this moment finds the hotline open. */
  opening(hotline: string, at: Instant): Opening {
    return opening(this.openings.get(hotline), this.hotlines.get(hotline), at);
  }

  /** How callers of the hotline are called back; of one that the plan has no more, as usual. */
  ringBack(hotline: string): RingBack {
    return this.ringBacks.get(hotline) ?? USUAL_RING_BACK;
  }

  /** Whether who was promised that may be rung for that hotline at this moment. */
  ringing(promise: PromiseSnapshot, hotline: string, at: Instant): Opening {
    return ringingHours(this.ringBack(hotline), this.opening(hotline, at), promise, at);
  }

  /** What is known when one of ours wants to call. */
  callView(at: Instant): CallView {
    return { plan: this.plan, book: this.book, agents: this.agents, budget: this.budget, at };
  }

  agentOfPhone(phoneId: PhoneId): Agent | undefined {
    const agentId = this.agentByPhone.get(phoneId);
    return agentId === undefined ? undefined : this.agents.get(agentId);
  }

  /** A closed call is soon forgotten; what is to be remembered of it stands in the journal. */
  setCall(call: Call): void {
    this.notePerson(call);
    if (call.stage.is !== 'closed') {
      this.setAside.add(call.ids.promiseId);
      return void this.calls.set(call.id, call);
    }
    this.forgetCall(call);
    this.recentCalls.closed(call);
  }

  /** As if it had never been. */
  forgetCall({ id, ids }: Call): void {
    this.setAside.delete(ids.promiseId);
    this.calls.delete(id);
  }

  setLeg(leg: Leg): void {
    if (leg.state === 'ended') this.legs.delete(leg.id);
    else this.legs.set(leg.id, leg);
  }

  /** What must be left to queues that keep agents; of a queue: to others. */
  floorsBeside(queue: LiveQueue | null): Floor[] {
    const floors: Floor[] = [];
    for (const { id } of this.keepers) {
      const floor = id === queue?.id ? null : this.queues.get(id)?.floor;
      if (floor) floors.push(floor);
    }
    return floors;
  }

  /** Time alone made something to be decided. */
  queueIsDue(id: QueueId): void {
    const queue = this.queues.get(id);
    if (!queue) return;
    queue.isDue();
    this.changedQueues.add(queue);
  }

  setEntry(entry: Entry): void {
    const queue = this.queues.get(entry.queueId);
    if (queue) {
      queue.setEntry(this.entries.get(entry.id), entry);
      this.changedQueues.add(queue);
    }
    if (entry.state === 'ended') this.entries.delete(entry.id);
    else this.entries.set(entry.id, entry);
  }

  /** Retired agents are forgotten once they are done with what they were doing. */
  setAgent(agent: Agent): void {
    const before = this.agents.get(agent.id);
    if (before === agent) return;
    this.noteSeat(before, agent);
    const serves = this.serving.queueOf(agent, this.calls);
    let isKeeper = false;
    for (const id of new Set([...(before?.queues ?? []), ...agent.queues])) {
      const queue = this.queues.get(id);
      if (!queue) continue;
      queue.setAgent(agent, agent.queues.includes(id), serves);
      this.changedQueues.add(queue);
      isKeeper ||= queue.keep > 0;
    }
    if (isKeeper || this.reserving.has(agent.storeId)) this.stirHeldBack();
    const isDone = agent.activity.is === 'idle' && agent.line === null;
    const gone = agent.retired && isDone && agent.nailed.is === 'down';
    if (gone) this.agents.delete(agent.id);
    else this.agents.set(agent.id, agent);
  }

  /** Who was kept for a queue may be free for the others now. */
  private stirHeldBack(): void {
    for (const queue of this.queues.values()) {
      if (!queue.isHeldBack) continue;
      queue.stir();
      this.changedQueues.add(queue);
    }
  }

  private noteSeat(before: Agent | undefined, { id, seat }: Agent): void {
    if (before?.seat === seat || (!before && seat === null)) return;
    if (before && seatIn(this.plan, before.seat)) this.agentByPhone.delete(before.seat ?? '');
    if (seat !== null) this.agentByPhone.set(seat, id);
  }

  setPromise(promise: PromiseSnapshot): void {
    const before = this.promise(promise.id);
    if (before && before.number !== promise.number) this.unsetPromise(before);
    const key = promiseKey(promise.hotline, promise.number);
    const person = personKey(promise.storeId, promise.number);
    const owed = this.owed.get(person) ?? new Map<PromiseId, PromiseSnapshot>();
    if (stands(promise)) this.owed.set(person, owed.set(promise.id, promise));
    this.stirredPromises.set(promise.id, promise);
    if (!stands(promise)) {
      this.noteEnded(promise.id);
      return this.unsetPromise(promise);
    }
    this.promises.set(key, promise);
    this.promiseKeys.set(promise.id, key);
  }

  /** Those of calls that have gone are forgotten with the next. */
  private noteEnded(id: PromiseId): void {
    const { setAside, endedPromises } = this;
    for (const one of endedPromises) if (!setAside.has(one)) endedPromises.delete(one);
    if (setAside.has(id)) endedPromises.add(id);
  }

  /** Nothing is owed at that number by it. */
  private unsetPromise({ id, hotline, storeId, number }: PromiseSnapshot): void {
    const person = personKey(storeId, number);
    const owed = this.owed.get(person);
    if (owed?.delete(id) && owed.size === 0) this.owed.delete(person);
    this.promises.delete(promiseKey(hotline, number));
    this.promiseKeys.delete(id);
  }

  promise(id: PromiseId): PromiseSnapshot | undefined {
    return this.promises.get(this.promiseKeys.get(id) ?? '');
  }

  /** What somebody has been promised at the store's hotlines, and still is; nothing to who withholds his number. */
  promisesTo(storeId: StoreId, number: string): PromiseSnapshot[] {
    return [...(this.owed.get(personKey(storeId, number))?.values() ?? [])];
  }

  /** The same, of whom this call is with. */
  promisesOf(call: Call): PromiseSnapshot[] {
    return numbersOf(call).flatMap((number) => this.promisesTo(call.route.storeId, number));
  }

  /** Why the store takes no calls of his at this moment; undefined: it does. */
  blockOf(storeId: StoreId, number: string, at: Instant): BlockSnapshot | undefined {
    const block = number === '' ? undefined : this.blocks.get(blockKey(storeId, number));
    return block && isInForce(block, at) ? block : undefined;
  }

  /** In which he is. */
  callsHere({ storeId, number }: PromiseSnapshot): Call[] {
    const ids = this.here.get(personKey(storeId, number)) ?? [];
    return [...ids].flatMap((id) => this.calls.get(id) ?? []);
  }

  /** The queues of an agent who is free for them again may have something to decide. */
  stirQueuesOf(agentId: AgentId): void {
    for (const id of this.agents.get(agentId)?.queues ?? []) {
      const queue = this.queues.get(id);
      queue?.stir();
      if (queue) this.changedQueues.add(queue);
    }
  }

  /** Is he on the phone with us, or being called by somebody who asked for it? */
  isHere({ storeId, number }: PromiseSnapshot): boolean {
    return this.here.has(personKey(storeId, number));
  }

  /**
   * Who comes or goes may change whose turn it is, also at a number that he has given, and in the store that he is sent
   * to.
   */
  private notePerson(call: Call): void {
    if (call.callBack) return;
    const before = this.heldBy.get(call.id) ?? [];
    const after =
      call.outcome === null
        ? numbersOf(call).map((number) => personKey(call.route.storeId, number))
        : [];
    for (const person of before) if (!after.includes(person)) this.noteGone(person, call.id);
    for (const person of after) if (!before.includes(person)) this.noteHere(person, call.id);
    if (after.length > 0) this.heldBy.set(call.id, after);
    else this.heldBy.delete(call.id);
  }

  private noteHere(person: string, callId: CallId): void {
    this.here.set(person, (this.here.get(person) ?? new Set<CallId>()).add(callId));
    this.stirPerson(person);
  }

  private noteGone(person: string, callId: CallId): void {
    const calls = this.here.get(person);
    if (calls?.delete(callId) && calls.size === 0) this.here.delete(person);
    this.stirPerson(person);
  }

  /** Something has changed that may concern each of them. */
  stirPromises(): void {
    for (const promise of this.promises.values()) this.stirredPromises.set(promise.id, promise);
  }

  private stirPerson(person: string): void {
    for (const promise of this.owed.get(person)?.values() ?? [])
      this.stirredPromises.set(promise.id, promise);
  }
}

/** Those at which its customer may be called: his own, and the one that he gave. */
const numbersOf = (call: Call): string[] =>
  [...new Set([customerNumber(call), calledBackAt(call)])].filter((number) => number !== '');

const personKey = (storeId: StoreId, number: string): string => `${storeId}|${number}`;
