/**
 * An agent hangs up at his desk: his leg of the call ends as if his phone had hung up, and what comes of that is decided
 * where the end of a leg is. His own leg, at a phone that is nailed up, stands on.
 */
import type { RefusalCode } from '../errors';
import type { AgentId, LegId } from '../ids';
import { stay, type Step } from '../step';
import type { Call } from './call';

/** Null means yes. */
export const mayHangUp = (call: Call | undefined, agentId: AgentId): RefusalCode | null =>
  call && legOf(call, agentId) !== null ? null : 'NOT_YOUR_TALK';

export function hangUp(call: Call, agentId: AgentId): Step<Call> {
  const legId = legOf(call, agentId);
  if (legId === null) return stay(call);
  return { next: call, effects: [{ type: 'leg.hangup', legId, cause: 'hangup' }] };
}

/** By which he is in the call: as its agent, as the colleague who was called, or as whom the agent asked. */
function legOf({ stage, colleagueId, callerLegId }: Call, agentId: AgentId): LegId | null {
  switch (stage.is) {
    case 'calling':
      return stage.out.agentId === agentId ? stage.out.agentLegId : null;
    case 'talking':
      if (stage.agentId === agentId) return stage.agentLegId;
      return colleagueId === agentId ? callerLegId : null;
    case 'consulting': {
      const { to, answered, legId } = stage.asked;
      if (stage.agentId === agentId && stage.agentLegId !== null) return stage.agentLegId;
      return answered && to.kind === 'phone' && to.agentId === agentId ? legId : null;
    }
    default:
      return null;
  }
}
