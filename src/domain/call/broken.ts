/**
 * Ends one call whose step threw a bug of ours, and nothing else: everything the call may have
 * taken (legs, agent, place, recording) is given back, and the ledger says `broken`.
 */
import type { Effect } from '../effects';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { Call } from './call';
import { dismissThird } from './consult-third';
import { finish, leaveQueue, owePromise } from './closing';
import { endOffer } from './offering';
import { notCallingAnyMore } from './outgoing';
import { leaveSlot } from './park';
import { releaseAgent } from './requeue';

/** The one transition that is allowed from every stage. */
export function breakCall(call: Call, now: Instant): Step<Call> {
  if (call.outcome !== null) return letGo(call);
  const ended = finish(call, { outcome: 'broken', cause: 'broken', hangup: 'broken' }, now);
  return {
    next: ended.next,
    effects: [
      ...ended.effects,
      leaveQueue(call, 'closed', now),
      ...releases(call, now),
      ...(call.bridgedAt === null && call.stage.is !== 'calling'
        ? owePromise(call, 'abandoned', now)
        : []),
    ],
  };
}

/** It had its outcome already, which stands; what was still ending is given up. */
const letGo = (call: Call): Step<Call> => ({
  next: { ...call, stage: { is: 'closed' } },
  effects: [
    ...call.legs.map((legId): Effect => ({ type: 'leg.hangup', legId, cause: 'broken' })),
    { type: 'timer.clear', timer: { kind: 'overdue', callId: call.id } },
    { type: 'media.close', callId: call.id },
  ],
});

function releases(call: Call, now: Instant): Effect[] {
  if (call.stage.is === 'offered')
    return call.stage.offers.flatMap((offer) => endOffer(call, offer, { reason: 'revoked' }, now));
  if (call.stage.is === 'calling') return notCallingAnyMore(call.id, call.stage.out, now);
  const { stage } = call;
  if (stage.is === 'parked') return leaveSlot({ ...call, stage }, 'ended');
  if (stage.is === 'consulting')
    return [
      ...dismissThird({ ...call, stage }, 'revoked', now, null, true),
      releaseAgent(call, stage.agentId, now),
    ];
  return call.stage.is === 'talking' ? [releaseAgent(call, call.stage.agentId, now)] : [];
}
