/** A call that one of ours asks for, as the fact that it becomes: the target as it stands, and ids. */
import type { CallView, CallWish, Permitted, WhoCalls } from '../domain/dial/may-call';
import { mayCall } from '../domain/dial/may-call';
import type { RefusalCode } from '../domain/errors';
import type { CallPlaced } from '../domain/events';
import type { CallId, LegId } from '../domain/ids';
import type { Instant } from '../domain/time';
import type { LiveState } from './live-state';
import type { MakeId } from './ports';

export interface OutgoingWorld {
  live: LiveState;
  makeId: MakeId;
  at: Instant;
}

/** Of a call from a phone: the call and the leg that its INVITE made. */
export interface OwnLeg {
  callId: CallId;
  legId: LegId;
}

/** The fact, or why there is none. */
export function outgoingOf(
  wish: CallWish,
  who: WhoCalls,
  { live, makeId, at }: OutgoingWorld,
  own: OwnLeg = { callId: makeId(), legId: makeId() },
): RefusalCode | CallPlaced {
  const view: CallView = { plan: live.plan, book: live.book, agents: live.agents, at };
  const permitted = mayCall(wish, who, view);
  if (typeof permitted === 'string') return permitted;
  const { dialled, to, phoneId, from, displayName, route } = permitted;
  return {
    type: 'call.placed',
    at,
    callId: own.callId,
    direction: dialled.is === 'colleague' ? 'internal' : 'outbound',
    out: {
      agentId: who.agentId,
      agentLegId: own.legId,
      by: who.phoneId === undefined ? 'desk' : 'phone',
      to,
      talk: makeId(),
      emergency: dialled.is === 'emergency',
    },
    ...{ phoneId, from, displayName, route, legId: makeId(), to: shownTarget(permitted) },
    ids: { entryId: makeId(), leadId: makeId(), promiseId: makeId() },
    isLookedUp: dialled.is === 'number' && dialled.isLookedUp,
  };
}

const shownTarget = ({ to }: Permitted): string => (to.kind === 'phone' ? to.phoneId : to.number);
