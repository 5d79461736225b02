/**
 * Decides who is offered which call: the first in the queue goes to all of the strategy's first group, the
 * second to the next, as long as there are groups. Before them, who has become free joins those who are rung
 * for a call already, where the strategy wants that. Who remains is held
 * (somebody is signed in, he waits) or deserted (nobody is, he is promised a call).
 */
import type { AgentId, CallId, EntryId } from '../ids';
import type { StrategyName } from '../plan';
import type { Entry } from './entry';
import { STRATEGIES } from './strategies';
import type { Candidate } from './strategies/strategy';

/** A queue at the moment of dispatch. */
export interface QueueSituation {
  strategy: StrategyName;
  /** Waiting entries in the order of their places. */
  waiting: readonly Entry[];
  /** Of these, the entries that have not been through a dispatch since they came (back). */
  fresh: readonly Entry[];
  /** Entries that ring, in the order of their places; of interest only where the strategy widens. */
  ringing: readonly Entry[];
  free: readonly Candidate[];
  /** Of the fresh entries, those whose agent is to be asked first, and can be rung. */
  recalls: ReadonlyMap<EntryId, AgentId>;
  /** Is anybody of the queue's agents signed in? */
  staffed: boolean;
}

/** What was decided; every waiting entry is in at most one of the lists. */
export interface Dispatch {
  offers: { entry: Entry; agentId: AgentId; by?: 'recall' }[];
  /** Calls whose callers must now be told that they wait. */
  held: CallId[];
  /** Calls whose callers must now be told that nobody is there. */
  deserted: CallId[];
}

/**
 * The work is in proportion to what is decided: a thousand waiting entries cost nothing while no
 * agent is free, and free agents cost nothing while nobody waits.
 */
export function dispatch(queue: QueueSituation): Dispatch {
  if (queue.recalls.size > 0) return recall(queue);
  if (!queue.staffed)
    return { offers: [], held: [], deserted: queue.waiting.map((entry) => entry.callId) };
  const offers = pair(queue);
  const taken = new Set(offers.map((offer) => offer.entry.id));
  const held = queue.fresh.filter((entry) => !taken.has(entry.id)).map((entry) => entry.callId);
  return { offers, held, deserted: [] };
}

/** Whoever has parked a caller gets him back before anybody else is asked. */
function recall(queue: QueueSituation): Dispatch {
  const { recalls } = queue;
  const called = new Set(recalls.values());
  const offers = queue.waiting.flatMap((entry) => {
    const agentId = recalls.get(entry.id);
    return agentId === undefined ? [] : [{ entry, agentId, by: 'recall' as const }];
  });
  const rest = dispatch({
    ...queue,
    waiting: queue.waiting.filter(({ id }) => !recalls.has(id)),
    fresh: queue.fresh.filter(({ id }) => !recalls.has(id)),
    free: queue.free.filter(({ id }) => !called.has(id)),
    recalls: new Map(),
  });
  return { ...rest, offers: [...offers, ...rest.offers] };
}

function pair(queue: QueueSituation): Dispatch['offers'] {
  const { groups, widens } = STRATEGIES[queue.strategy];
  const joining = widens ? join(queue) : [];
  if (queue.waiting.length === 0 || queue.free.length === 0) return joining;
  const joined = new Set(joining.map(({ agentId }) => agentId));
  const free = joined.size > 0 ? queue.free.filter(({ id }) => !joined.has(id)) : queue.free;
  const offers = [...joining];
  for (const [place, group] of groups(free).entries()) {
    const entry = queue.waiting[place];
    if (!entry) break;
    for (const agentId of group) offers.push({ entry, agentId });
  }
  return offers;
}

/** Each agent who is free joins the first call that rings and that he has not let pass. */
function join({ ringing, free }: QueueSituation): Dispatch['offers'] {
  return free.flatMap(({ id: agentId }) => {
    const entry = ringing.find(
      (one) => one.state === 'offered' && !one.named && !one.asked.includes(agentId),
    );
    return entry ? [{ entry, agentId }] : [];
  });
}
