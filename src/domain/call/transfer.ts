/**
 * Blind transfer: the agent of a talk sends its caller on, to a queue or to another agent, and is done with
 * him. The caller hears music; the next talk is a segment of the same call, with a leg and a recording of
 * its own.
 *
 *     talking --queue--> queued there, at the place of his arrival: who was sent on does not wait twice
 *             --agent--> offered to him; not taken, he stands in the line of the queue that he came from
 *
 * Nobody is sent where nobody is: that is refused while the talk goes on.
 */
import { isFree, type Agent } from '../agent/agent';
import type { RefusalCode } from '../errors';
import type { TalkTransferred } from '../events';
import type { AgentId, QueueId } from '../ids';
import type { Plan } from '../plan';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { followedBy, recordingStopped } from './closing';
import { mayHold } from './holding';
import { backToQueue } from './requeue';
import { routeInto, type Route } from './routing';

/** Where to, as the agent asks for it. */
export type TransferTarget = { queue: QueueId } | { agent: AgentId };

/** What is known of the target when it is asked for. */
export interface TransferView {
  plan: Plan;
  agents: ReadonlyMap<AgentId, Agent>;
  /** Is anybody of the queue's agents signed in? */
  isStaffed: (queue: QueueId) => boolean;
}

/** Where the caller goes: his route from then on, and the agent who is offered him, if one was named. */
export interface TransferRoute {
  route: Route;
  agent: Agent | null;
}

/** Decides whether the agent may send his caller there; a code says why not. */
export function mayTransfer(
  call: Call | undefined,
  agentId: AgentId,
  to: TransferTarget,
  view: TransferView,
): RefusalCode | TransferRoute {
  const refusal = mayHold(call, agentId, 'hold');
  if (refusal !== null || !call) return refusal ?? 'NOT_YOUR_TALK';
  if (call.direction === 'internal') return 'NO_SUCH_TARGET';
  const { route } = call;
  if ('queue' in to) {
    const queue = view.plan.queues.find(
      ({ id, store }) => id === to.queue && store === route.storeId,
    );
    if (!queue) return 'NO_SUCH_TARGET';
    return view.isStaffed(queue.id)
      ? { route: routeInto(route, queue), agent: null }
      : 'QUEUE_DESERTED';
  }
  const agent = view.agents.get(to.agent);
  if (!agent || agent.retired || agent.storeId !== route.storeId) return 'NO_SUCH_TARGET';
  return isFree(agent) ? { route, agent } : 'AGENT_NOT_FREE';
}

/** The talk ends for its agent, and the caller goes on. */
export function transfer(
  call: CallIn<'talking'>,
  event: TalkTransferred,
  now: Instant,
): Step<Call> {
  const { stage } = call;
  const isJoined = stage.line.is === 'joined' || stage.line.is === 'held';
  if (!isJoined || stage.agentId !== event.agentId) return stay<Call>(call);
  const { agentLegId, recordingId } = stage;
  const { route, entryId, offer } = event;
  const sent = backToQueue(call, { route, entryId }, now);
  return followedBy(sent, {
    next: sent.next,
    effects: [
      ...(recordingId === null ? [] : [recordingStopped(call, recordingId)]),
      { type: 'leg.hangup', legId: agentLegId, cause: 'transferred' },
      ...(offer === null
        ? []
        : [
            {
              type: 'raise' as const,
              event: {
                type: 'offer.made' as const,
                at: now,
                callId: call.id,
                entryId,
                ...offer,
                by: 'transfer' as const,
              },
            },
          ]),
    ],
  });
}
