import type { DomainEvent } from '../domain/events';
import type { CallId } from '../domain/ids';
import type { LiveState } from './live-state';

/** The call that an event is about, directly or through its leg, entry, agent or timer. */
export function callConcerned(event: DomainEvent, live: LiveState): CallId | undefined {
  if ('callId' in event && event.callId !== undefined) return event.callId ?? undefined;
  if ('legId' in event && event.legId !== null) return live.legs.get(event.legId)?.callId;
  if ('entryId' in event) return live.entries.get(event.entryId)?.callId;
  if (event.type === 'timer.fired' && 'callId' in event.timer) return event.timer.callId;
  if (event.type === 'call.recovered') return event.call.callId;
  return 'agentId' in event ? callOfAgent(event.agentId, live) : undefined;
}

function callOfAgent(agentId: string, live: LiveState): CallId | undefined {
  const activity = live.agents.get(agentId)?.activity;
  return activity && activity.is !== 'idle' ? activity.callId : undefined;
}
