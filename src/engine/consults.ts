/** A consultation that an agent asks for, as the fact that it becomes: whom it reaches, and ids. */
import {
  mayConsult,
  type ConsultTarget,
  type ConsultView,
  type Reached,
} from '../domain/call/consult-request';
import { seenBy } from '../domain/call/internal';
import type { TransferTarget } from '../domain/call/transfer';
import { mayForward } from '../domain/dial/forward';
import { refusedDial } from '../domain/dial/placing';
import type { RefusalCode } from '../domain/errors';
import type { ConsultBegun } from '../domain/agent-events';
import type { DialRefused } from '../domain/outgoing-events';
import type { AgentId, CallId } from '../domain/ids';
import type { Instant } from '../domain/time';
import { NOBODY } from '../domain/call/consult-line';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

export interface ConsultWorld {
  live: LiveState;
  makeId: MakeId;
  at: Instant;
}

/** The fact, or why there is none. */
export function consultOf(
  { agentId, callId, whom }: { agentId: AgentId; callId: CallId; whom: ConsultTarget },
  world: ConsultWorld,
): RefusalCode | ConsultBegun {
  const reached = mayConsult(
    seenBy(world.live.calls.get(callId), agentId),
    agentId,
    whom,
    viewOf(world),
  );
  return typeof reached === 'string'
    ? reached
    : consultFact({ agentId, callId, reached, blind: false }, world);
}

export const viewOf = ({ live, at }: ConsultWorld): ConsultView => ({
  plan: live.plan,
  agents: live.agents,
  isStaffed: (id, beside) => live.queues.get(id)?.isStaffedBeside(beside) ?? false,
  mayForward: (wish) => mayForward(wish, { plan: live.plan, budget: live.budget, at }),
});

/** An outside number that somebody may not have rung for his customer is an attempt like one of his own call. */
export const refusedTarget = (
  { agentId, to }: { agentId: AgentId; to: TransferTarget },
  code: RefusalCode,
  at: Instant,
): DialRefused | null => ('number' in to ? refusedDial({ agentId }, to.number, code, at) : null);

/** `blind`: the agent does not wait for whom he sends his caller to. */
export function consultFact(
  {
    agentId,
    callId,
    reached: { waitsFor: route, ...reached },
    blind,
  }: { agentId: AgentId; callId: CallId; reached: Reached; blind: boolean },
  { live, makeId, at }: ConsultWorld,
): ConsultBegun {
  // In a line the ids of offer and leg come with the turn.
  const ids = route
    ? { offerId: NOBODY, legId: NOBODY, line: { entryId: makeId(), route } }
    : { offerId: makeId(), legId: makeId() };
  return {
    type: 'consult.begun',
    at,
    callId,
    agentId,
    agentName: live.agents.get(agentId)?.name ?? agentId,
    ...reached,
    blind,
    ...ids,
    recordings: { consult: makeId(), talk: makeId() },
    entryId: makeId(),
  };
}
