/** Which queue's caller an agent has: as it was when he got him, wherever the call goes from him. */
import type { Agent } from '../domain/agent/agent';
import type { Call } from '../domain/call/call';
import type { AgentId, CallId, QueueId } from '../domain/ids';

export class Serving {
  private readonly of = new Map<AgentId, { callId: CallId; queueId: QueueId | null }>();

  /** From the ringing of his phone to the end of the wrap-up; null: no caller, or a call of ours. */
  queueOf({ id, activity }: Agent, calls: ReadonlyMap<CallId, Call>): QueueId | null {
    if (activity.is === 'idle') {
      this.of.delete(id);
      return null;
    }
    const { callId } = activity;
    const known = this.of.get(id);
    if (known?.callId === callId) return known.queueId;
    const call = calls.get(callId);
    const queueId = call?.direction === 'inbound' ? call.route.queueId : null;
    this.of.set(id, { callId, queueId });
    return queueId;
  }
}
