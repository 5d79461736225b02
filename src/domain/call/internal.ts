/**
 * A call between two of ours. Each may do with the other what an agent does with his customer: hold, consult, send
 * on. Who does it becomes the call's agent, and the other one stands where a customer stands; so they change places
 * whenever the other one begins something. While one holds or asks somebody, it is his turn alone.
 */
import type { Effect } from '../effects';
import type { DomainEvent } from '../events';
import type { AgentId } from '../ids';
import type { Call, CallIn } from './call';
import { callerNote } from './caller-line';
import { agentNote } from './holding';

type ColleagueEvent = Extract<
  DomainEvent,
  {
    type:
      | 'talk.held'
      | 'talk.resumed'
      | 'talk.muted'
      | 'talk.transferred'
      | 'keys.pressed'
      | 'consult.begun';
  }
>;

const DOINGS: ReadonlySet<DomainEvent['type']> = new Set<ColleagueEvent['type']>([
  ...(['talk.held', 'talk.resumed', 'talk.muted', 'talk.transferred'] as const),
  ...(['keys.pressed', 'consult.begun'] as const),
]);

/** The call as this one of the two has it; any other call, and any other person, has it as it is. */
export function seenBy(call: Call | undefined, agentId: AgentId): Call | undefined {
  return call && isTurnOf(call, agentId) ? turned(call) : call;
}

/** Null unless the event is what the other one does; then the call with the two in each other's place. */
export function turnFor(call: Call, event: DomainEvent): { next: Call; effects: Effect[] } | null {
  if (!DOINGS.has(event.type) || !('agentId' in event) || !event.agentId) return null;
  if (!isTurnOf(call, event.agentId)) return null;
  const next = turned(call);
  return { next, effects: [callerNote(next), agentNote(next)] };
}

function isTurnOf(call: Call, agentId: AgentId): call is CallIn<'talking'> {
  const { stage } = call;
  if (call.direction !== 'internal' || call.colleagueId !== agentId) return false;
  return stage.is === 'talking' && !(stage.line.is === 'held' && stage.line.atDesk);
}

const turned = (call: CallIn<'talking'>): CallIn<'talking'> => ({
  ...call,
  agentId: call.colleagueId,
  colleagueId: call.stage.agentId,
  callerLegId: call.stage.agentLegId,
  stage: {
    ...call.stage,
    agentId: call.colleagueId ?? call.stage.agentId,
    agentLegId: call.callerLegId,
  },
});
