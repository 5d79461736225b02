/** Who is rung for a call that rings at others already, and when it is the next one's turn. */
import type { AgentId } from '../ids';
import type { Instant, Millis } from '../time';
import type { Entry } from './entry';
import type { OfferReason } from './reason';
import type { Turns } from './turn';

export interface Joining {
  offers: { entry: Entry; agentId: AgentId; why: OfferReason }[];
  /** When time alone makes something to be decided; null: only an event does. */
  again: Instant | null;
}

interface Ringing {
  ringing: readonly Entry[];
  now: Instant;
}

/**
 * Each agent who is free joins the first call that rings, that he has not let pass and may take, and for which
 * enough time has gone by to ask one more than it has.
 */
export function join(
  { ringing, now }: Ringing,
  free: readonly AgentId[],
  joinsAfter: (asked: number) => Millis,
  turn: Pick<Turns, 'mayTake' | 'opensAt'> & { take: (agentId: AgentId) => void },
  why: (entry: Entry, agentId: AgentId) => OfferReason,
): Joining {
  const calls = ringing.flatMap((entry) =>
    entry.state === 'offered' && !entry.named
      ? [
          {
            entry,
            asked: new Set(entry.asked),
            dueAt: entry.since + joinsAfter(entry.asked.length),
          },
        ]
      : [],
  );
  const ready = calls.filter(({ dueAt }) => dueAt <= now);
  const offers: Joining['offers'] = [];
  for (const agentId of free) {
    const call = ready.find(
      ({ entry, asked, dueAt }) =>
        dueAt <= now && !asked.has(agentId) && turn.mayTake(entry, agentId),
    );
    if (!call) continue;
    call.asked.add(agentId);
    call.dueAt = call.entry.since + joinsAfter(call.asked.size);
    turn.take(agentId);
    offers.push({ entry: call.entry, agentId, why: why(call.entry, agentId) });
  }
  if (offers.length === free.length) return { offers, again: null };
  const dues = calls.map(({ entry, dueAt }) => (dueAt > now ? dueAt : turn.opensAt(entry)));
  return { offers, again: dues.reduce<Instant | null>(earlier, null) };
}

/** Null is never. */
export const earlier = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null ? b : b === null ? a : Math.min(a, b);
