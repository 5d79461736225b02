/**
 * Blind transfer: the agent of a talk sends its caller on, to a queue, another agent or any of a post, and is
 * done with him. The caller hears music; the next talk is a segment of the same call, with a leg and a
 * recording of its own. To a phone or a number it is a consultation without an agent (consult.ts).
 *
 *     talking --queue--> queued there, at the place of his arrival: who was sent on does not wait twice; in
 *                        that of another store he is a caller of its hotline from then on, and is greeted
 *             --agent--> offered to him; not taken, he stands in the line of the queue that he came from; one of
 *                        another store is rung as a phone is
 *
 * Nobody is sent where nobody is: that is refused while the talk goes on.
 */
import { canBeSent, type Agent } from '../agent/agent';
import type { RefusalCode } from '../errors';
import type { TalkTransferred } from '../agent-events';
import type { AgentId } from '../ids';
import { postsAtHome } from '../organisation';
import { stay, type Step } from '../step';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { followedBy, recordingStopped } from './closing';
import {
  freeOf,
  reach,
  type ConsultTarget,
  type ConsultView,
  type Reached,
} from './consult-request';
import { mayHold } from './holding';
import { backToQueue } from './requeue';
import { routeToQueue, withLine, type Route } from './routing';

/** Where to, as the agent asks for it. */
export type TransferTarget = ConsultTarget;

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
  view: ConsultView,
): RefusalCode | TransferRoute | Reached {
  const refusal = mayHold(call, agentId, 'hold');
  if (refusal !== null || !call) return refusal ?? 'NOT_YOUR_TALK';
  if (call.emergency) return 'EMERGENCY_TALK';
  const { route } = call;
  if ('queue' in to) {
    const target = routeToQueue(view.plan, route, to.queue);
    if (!target) return 'NO_SUCH_TARGET';
    return view.isStaffed(to.queue) ? { route: target, agent: null } : 'QUEUE_DESERTED';
  }
  if ('phone' in to || 'number' in to) return reach(call, agentId, to, view);
  const agent =
    'post' in to
      ? freeOf(route.storeId, (person) => postsAtHome(person).includes(to.post), view)
      : view.agents.get(to.agent);
  if (agent === null) return 'AGENT_NOT_FREE';
  if (!agent || agent.retired) return 'NO_SUCH_TARGET';
  // Until he takes the caller, that one stays in the line of his own store.
  if (agent.storeId !== route.storeId) return reach(call, agentId, { agent: agent.id }, view);
  const line = withLine(view.plan, route);
  if (line === null) return 'NO_SUCH_TARGET';
  return canBeSent(agent) ? { route: line, agent } : 'AGENT_NOT_FREE';
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
