/**
 * Pick-up: an agent takes a call of his store that rings at a colleague's, or that waits in a queue, before its
 * turn has brought it to him. He need not be ready, nor of that queue: he asked for it himself. The colleagues'
 * offers are withdrawn, and nobody of them has missed anything.
 *
 *     queued, offered --> offered to him alone --his phone is answered--> talking
 *                                              --it is not-------------> queued, at the old place
 */
import { canBeRung, isSignedIn, phoneToRing, type Agent } from '../agent/agent';
import type { RefusalCode } from '../errors';
import type { CallPickedUp } from '../agent-events';
import type { Step } from '../step';
import type { Instant } from '../time';
import { snapshot, type Call, type CallIn } from './call';
import { callOff } from './offering';

/** Decides whether the agent may take the call; null means yes. */
export function mayPickUp(call: Call | undefined, agent: Agent | undefined): RefusalCode | null {
  const refusal = mayTakeOne(agent);
  if (refusal !== null) return refusal;
  const waits = call?.stage.is === 'queued' || call?.stage.is === 'offered';
  // Nobody is rung to call somebody back before that is claimed.
  if (call?.callBack?.attemptId === null) return 'NOTHING_TO_PICK_UP';
  return waits && call.route.storeId === agent?.storeId ? null : 'NOTHING_TO_PICK_UP';
}

/** Decides whether the agent can be given a call that he asks for himself; null means yes. */
export function mayTakeOne(agent: Agent | undefined): RefusalCode | null {
  if (!agent || agent.retired) return 'NOT_AN_AGENT';
  if (!isSignedIn(agent)) return 'NOT_SIGNED_IN';
  if (agent.phones.length === 0) return 'NO_PHONE';
  if (!phoneToRing(agent)) return 'PHONE_UNREACHABLE';
  return canBeRung(agent) ? null : 'OCCUPIED_YOURSELF';
}

/** The call is his alone to take; what its caller hears stays as it is. */
export function pickUpCall(
  call: CallIn<'queued'> | CallIn<'offered'>,
  event: CallPickedUp,
  now: Instant,
): Step<Call> {
  const { stage } = call;
  const next: CallIn<'queued'> = { ...call, stage: { is: 'queued', line: stage.line } };
  return {
    next,
    effects: [
      ...(stage.is === 'offered' ? callOff(call, stage.offers, now) : []),
      { type: 'notify', notice: { kind: 'call.updated', call: snapshot(next) } },
      {
        type: 'raise',
        event: {
          type: 'offer.made',
          at: now,
          callId: call.id,
          entryId: call.ids.entryId,
          ...event.offer,
          by: 'pick-up',
        },
      },
    ],
  };
}
