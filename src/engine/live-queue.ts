/**
 * One queue as it stands now: who waits in which place, which agents are there. It keeps indices so
 * that dispatch looks at what has changed and never at everything; it decides nothing.
 */
import { isFree, isSignedIn, wanted, type Agent } from '../domain/agent/agent';
import type { AgentId, EntryId, QueueId, StoreId } from '../domain/ids';
import type { QueueView } from '../domain/notices';
import type { PlanQueue, StrategyName } from '../domain/plan';
import type { QueueSituation } from '../domain/queue/dispatch';
import { byPlace, type Entry } from '../domain/queue/entry';
import { STRATEGIES } from '../domain/queue/strategies';
import type { Candidate } from '../domain/queue/strategies/strategy';

/** Indices of one queue; changed only through `setEntry` and `setAgent`. */
export class LiveQueue {
  readonly id: QueueId;
  private storeId: StoreId;
  private strategy: StrategyName = 'longest-idle';
  /** In the order of their places. */
  private readonly waiting: Entry[] = [];
  private readonly fresh = new Map<EntryId, Entry>();
  private readonly offered = new Map<EntryId, Entry>();
  private readonly free = new Map<AgentId, Candidate>();
  private readonly signedIn = new Set<AgentId>();
  private readonly ready = new Set<AgentId>();
  /** Something changed since the last dispatch; without that it would decide the same again. */
  private stirred = false;

  constructor(id: QueueId, storeId: StoreId) {
    this.id = id;
    this.storeId = storeId;
  }

  planned(queue: PlanQueue): void {
    this.storeId = queue.store;
    this.strategy = queue.strategy;
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

  private get widens(): boolean {
    return STRATEGIES[this.strategy].widens;
  }

  /** May there be anything for dispatch to decide? */
  get needsDispatch(): boolean {
    if (!this.stirred) return false;
    if (this.waiting.length === 0)
      return this.widens && this.offered.size > 0 && this.free.size > 0;
    return this.free.size > 0 || this.fresh.size > 0 || this.signedIn.size === 0;
  }

  setEntry(before: Entry | undefined, entry: Entry): void {
    if (before?.state === 'waiting') this.remove(before);
    this.offered.delete(entry.id);
    this.stirred = true;
    if (entry.state === 'waiting') this.insert(entry);
    if (entry.state === 'offered') this.offered.set(entry.id, entry);
  }

  /** The agent as he is now; `belongs` false when he has left the queue. */
  setAgent(agent: Agent, belongs: boolean): void {
    this.stirred = true;
    mark(this.signedIn, agent.id, belongs && isSignedIn(agent));
    mark(this.ready, agent.id, belongs && wanted(agent).is === 'ready');
    if (belongs && isFree(agent))
      this.free.set(agent.id, { id: agent.id, idleSince: agent.activity.since });
    else this.free.delete(agent.id);
  }

  /** What dispatch decides upon; the entries count as seen from here on. */
  takeSituation(): Omit<QueueSituation, 'recalls'> {
    const fresh = [...this.fresh.values()];
    this.fresh.clear();
    this.stirred = false;
    return {
      strategy: this.strategy,
      waiting: this.waiting,
      fresh,
      ringing: this.widens ? [...this.offered.values()].sort(byPlace) : [],
      free: [...this.free.values()],
      staffed: this.isStaffed,
    };
  }

  view(): QueueView {
    return {
      id: this.id,
      storeId: this.storeId,
      waiting: this.waiting.length,
      offered: this.offered.size,
      ready: this.ready.size,
      signedIn: this.signedIn.size,
      longestWaitSince: this.head?.joinedAt ?? null,
    };
  }

  private insert(entry: Entry): void {
    this.waiting.splice(this.placeOf(entry), 0, entry);
    this.fresh.set(entry.id, entry);
  }

  private remove(entry: Entry): void {
    this.waiting.splice(this.placeOf(entry), 1);
    this.fresh.delete(entry.id);
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

const mark = <T>(set: Set<T>, value: T, present: boolean): void => {
  if (present) set.add(value);
  else set.delete(value);
};
