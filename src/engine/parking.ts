/** Slots of the stores: who stands in which, and parking and retrieval as the facts that they become. */
import type { CallIn, ParkSlot } from '../domain/call/call';
import { seenBy } from '../domain/call/internal';
import { mayPark, mayRetrieve, parkedView } from '../domain/call/park';
import type { RefusalCode } from '../domain/errors';
import type { CallPickedUp, TalkParked } from '../domain/agent-events';
import type { AgentId, CallId, StoreId } from '../domain/ids';
import type { ParkedView } from '../domain/notices';
import { seconds, type Instant } from '../domain/time';
import type { LiveState } from './live-state';
import { offerTo } from './pick-ups';
import type { MakeId } from './ports';

interface World {
  live: LiveState;
  makeId: MakeId;
  at: Instant;
}

/** Unless the plan says otherwise of the store. */
const PARK_SECONDS = 90;

/** Everybody who is parked, in the order of slots. */
export const parkedOf = (live: LiveState): ParkedView[] =>
  parkedCalls(live)
    .map(parkedView)
    .sort((a, b) => (a.slot < b.slot ? -1 : 1));

/** The fact of parking, or why there is none. */
export function parkOf(
  { agentId, callId }: { agentId: AgentId; callId: CallId },
  { live, makeId, at }: World,
): RefusalCode | TalkParked {
  const call = seenBy(live.calls.get(callId), agentId);
  const storeId = call?.route.storeId ?? '';
  const taken = new Set(parkedIn(live, storeId).map(({ stage }) => stage.slot));
  const where = mayPark(call, agentId, taken);
  if (typeof where === 'string') return where;
  const store = live.plan.stores.find(({ id }) => id === storeId);
  const limitMs = seconds(store?.parkSeconds ?? PARK_SECONDS);
  return { type: 'talk.parked', at, callId, agentId, ...where, limitMs, entryId: makeId() };
}

/** The fact of retrieval, or why there is none. */
export function retrievalOf(
  { agentId, slot }: { agentId: AgentId; slot: ParkSlot },
  { live, makeId, at }: World,
): RefusalCode | CallPickedUp {
  const agent = live.agents.get(agentId);
  const call = parkedIn(live, agent?.storeId ?? '').find(({ stage }) => stage.slot === slot);
  const refusal = mayRetrieve(call, agent);
  if (refusal !== null || !call) return refusal ?? 'NOTHING_PARKED';
  const offer = offerTo(agent, makeId);
  const fact = { type: 'call.picked-up', at, callId: call.id, agentId } as const;
  return offer ? { ...fact, offer } : 'PHONE_UNREACHABLE';
}

const parkedIn = (live: LiveState, storeId: StoreId): CallIn<'parked'>[] =>
  parkedCalls(live).filter(({ route }) => route.storeId === storeId);

const parkedCalls = (live: LiveState): CallIn<'parked'>[] =>
  [...live.calls.values()].flatMap(({ stage, ...facts }) =>
    stage.is === 'parked' ? [{ ...facts, stage }] : [],
  );
