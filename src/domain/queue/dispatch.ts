/**
 * Decides what becomes of those who wait: whoever can is offered to agents (`pairing.ts`), who remains is held
 * (somebody is signed in, he waits) or deserted (nobody is, he is promised a call). A consultation stands in the line as
 * a caller does, is rung for at one phone after the other, and is deserted, too, where only its own agent is signed in.
 */
import type { AgentId, CallId, EntryId } from '../ids';
import type { Instant } from '../time';
import type { Entry } from './entry';
import { without } from './floor';
import { pair, type Choice } from './pairing';
import type { OfferReason } from './reason';

/** A queue at the moment of dispatch. */
export interface QueueSituation extends Choice {
  /** Of those that wait, the entries that have not been through a dispatch since they came (back). */
  fresh: readonly Entry[];
  /** Of the fresh entries, those whose agent is to be asked first, and can be rung. */
  recalls: ReadonlyMap<EntryId, AgentId>;
  /** Is anybody of the queue's agents signed in? */
  staffed: boolean;
  /** Of those that wait, the consultations of agents beside whom nobody of the queue is. */
  alone: readonly Entry[];
}

/** What was decided; every waiting entry is in at most one of the lists. */
export interface Dispatch {
  offers: { entry: Entry; agentId: AgentId; by?: 'recall'; why?: OfferReason }[];
  /** Calls whose callers must now be told that they wait. */
  held: CallId[];
  /** Calls whose callers must now be told that nobody is there. */
  deserted: CallId[];
  /** When time alone makes something to be decided; null: only an event does. */
  again: Instant | null;
  /** Somebody who is free is kept for another queue: a change there may let him go. */
  heldBack: boolean;
}

/**
 * The work is in proportion to what is decided: a thousand waiting entries cost nothing while no
 * agent is free, and free agents cost nothing while nobody waits.
 */
export function dispatch(queue: QueueSituation): Dispatch {
  if (queue.recalls.size > 0) return recall(queue);
  if (!queue.staffed) {
    const deserted = queue.waiting.filter(isThere).map(callOf);
    return { offers: [], held: [], deserted, again: null, heldBack: false };
  }
  const { offers, again, heldBack } = pair(queue);
  const taken = new Set(offers.map((offer) => offer.entry.id));
  const held = queue.fresh.filter((entry) => isThere(entry) && !taken.has(entry.id)).map(callOf);
  return { offers, held, deserted: queue.alone.map(callOf), again, heldBack };
}

const callOf = ({ callId }: Entry): CallId => callId;

/** Who is to be called back hears nothing of what the others are told. */
const isThere = ({ back }: Entry): boolean => back === undefined;

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
    floors: without(queue.floors, queue.free, called),
    recalls: new Map(),
  });
  return { ...rest, offers: [...offers, ...rest.offers] };
}
