/**
 * Asks the domain's dispatch about queues that have something to decide, one queue at a time: an
 * agent of two queues is free for the second only if the first did not take him. The queue whose
 * first caller waits longest comes first.
 */
import { canBeRung, phoneToRing } from '../domain/agent/agent';
import { popAt } from '../domain/agent/desktop-machine';
import type { DomainEvent } from '../domain/events';
import type { AgentId, EntryId } from '../domain/ids';
import { dispatch, type Dispatch } from '../domain/queue/dispatch';
import type { Entry } from '../domain/queue/entry';
import type { AttemptWanted } from '../domain/promise-events';
import type { OfferMade } from '../domain/raised-events';
import type { Instant } from '../domain/time';
import type { LiveQueue } from './live-queue';
import type { LiveState } from './live-state';
import { lentAgentsOf } from './outbound-agents';
import type { Clock, MakeId } from './ports';

interface DispatcherOptions {
  live: LiveState;
  makeId: MakeId;
  clock: Clock;
  random: () => number;
}

/** Turns the decisions of dispatch into facts with ids. */
export class Dispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  /** The facts that the next queue's dispatch makes; empty when nothing is left to decide. */
  next(): DomainEvent[] {
    for (let queue = this.nextQueue(); queue; queue = this.nextQueue()) {
      const facts = this.decide(queue);
      if (facts.length > 0) return facts;
    }
    return [];
  }

  private decide(queue: LiveQueue): DomainEvent[] {
    const { clock, random } = this.options;
    const at = clock.now();
    const { live } = this.options;
    // All agents of the store are looked at for that: not for each caller who comes while nobody is free.
    const asksFor = queue.callsBack && queue.hasFree;
    const lent = asksFor ? new Set(lentAgentsOf(live, queue.store)) : undefined;
    const situation = queue.takeSituation(at, live.floorsBeside(queue), lent);
    const recalls = this.recalls(situation.fresh);
    const { keptFor } = live;
    const { offers, held, deserted, again, heldBack } = dispatch({
      ...situation,
      free:
        keptFor.size === 0 ? situation.free : situation.free.filter(({ id }) => !keptFor.has(id)),
      random,
      recalls,
    });
    this.lookAgain(queue, again);
    queue.isHeldBack = heldBack || (lent !== undefined && lent.size < situation.free.length);
    return [
      ...unclaimed(offers, at),
      ...offers.filter(isClaimed).flatMap((offer) => this.offer(offer, queue, at)),
      ...held.map((callId) => ({ type: 'entry.held', at, callId }) as const),
      ...deserted.map((callId) => ({ type: 'queue.deserted', at, callId }) as const),
    ];
  }

  /** One timer a queue, for the first moment at which time alone makes something to be decided. */
  private lookAgain(queue: LiveQueue, at: Instant | null): void {
    const timer = { kind: 'queue-due', queueId: queue.id } as const;
    if (at !== null) this.options.clock.set(timer, at);
    else if (queue.isAwaited) this.options.clock.clear(timer);
    queue.isAwaited = at !== null;
  }

  /** Only a queue that changed can have become due. */
  private nextQueue(): LiveQueue | undefined {
    let first: LiveQueue | undefined;
    for (const queue of this.options.live.changedQueues)
      if (queue.needsDispatch && waitsLonger(queue, first)) first = queue;
    return first;
  }

  /** Each of them at most once: he has one phone. */
  private recalls(fresh: readonly Entry[]): Map<EntryId, AgentId> {
    const recalls = new Map<EntryId, AgentId>();
    const called = new Set<AgentId>();
    for (const entry of fresh) {
      if (entry.state !== 'waiting' || entry.recall === undefined) continue;
      const agent = this.options.live.agents.get(entry.recall);
      if (!agent || called.has(agent.id) || !canBeRung(agent)) continue;
      called.add(agent.id);
      recalls.set(entry.id, agent.id);
    }
    return recalls;
  }

  /** Adds the ids. A free agent always has a phone to ring; see `isFree`. */
  private offer(
    { entry, agentId, by, why }: Dispatch['offers'][number],
    queue: LiveQueue,
    at: Instant,
  ): OfferMade[] {
    const agent = this.options.live.agents.get(agentId);
    const phone = agent && phoneToRing(agent);
    if (!phone) return [];
    const offer: OfferMade = {
      type: 'offer.made',
      at,
      offerId: this.options.makeId(),
      callId: entry.callId,
      entryId: entry.id,
      agentId,
      legId: this.options.makeId(),
      recordingId: this.options.makeId(),
      phoneId: phone.id,
      ...popAt(agent, phone),
      ...queue.offerRules,
      ...(why === undefined ? {} : { why }),
      ...(by === undefined ? {} : { by }),
    };
    return [offer];
  }
}

/** Nobody is rung for who is called back before that is claimed; meanwhile nobody else is given his agent. */
const isClaimed = ({ entry }: Dispatch['offers'][number]): boolean =>
  entry.back === undefined || entry.back === 'claimed';

function unclaimed(offers: Dispatch['offers'], at: Instant): AttemptWanted[] {
  const calls = offers.filter(({ entry }) => entry.back === 'unclaimed');
  return [...new Set(calls.map(({ entry }) => entry.callId))].map((callId) => ({
    ...{ type: 'attempt.wanted', at, callId },
  }));
}

const waitsLonger = (queue: LiveQueue, than: LiveQueue | undefined): boolean =>
  than === undefined || (queue.head?.place ?? 0) < (than.head?.place ?? 0);
