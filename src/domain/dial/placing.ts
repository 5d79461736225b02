/** What a call that one of ours asks for becomes: a fact with the target as it stands, or a refusal that is audited. */
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { RefusalCode } from '../errors';
import type { CallPlaced, DialRefused, OutgoingIds } from '../outgoing-events';
import type { NumberBook } from '../number/book';
import { isEmergency } from '../number/kinds';
import type { Instant } from '../time';
import { asTyped } from './dialled';
import { mayCall, type CallView, type CallWish, type Permitted, type WhoCalls } from './may-call';

/** The fact, or why there is none. */
export function placing(
  wish: CallWish,
  who: WhoCalls,
  view: CallView,
  ids: OutgoingIds,
): RefusalCode | CallPlaced {
  const permitted = mayCall(wish, who, view);
  if (typeof permitted === 'string') return permitted;
  const { dialled, to, phoneId, from, displayName, route } = permitted;
  const { callId, ownLegId, legId, recordingId, ...others } = ids;
  return {
    type: 'call.placed',
    at: view.at,
    direction: dialled.is === 'colleague' ? 'internal' : 'outbound',
    out: {
      agentId: who.agentId,
      agentLegId: ownLegId,
      by: who.phoneId === undefined ? 'desk' : 'phone',
      to,
      talk: recordingId,
      emergency: dialled.is === 'emergency',
    },
    ...{ callId, phoneId, legId, from, displayName, route, to: shownTarget(permitted) },
    ids: others,
    class: dialled.is === 'number' ? dialled.class : null,
    isLookedUp: dialled.is === 'number' && dialled.isLookedUp,
  };
}

const shownTarget = ({ to }: Permitted): string => (to.kind === 'phone' ? to.phoneId : to.number);

/** What a phone is told whose call is refused. */
export function causeOfRefusal(code: RefusalCode): EndCause {
  switch (code) {
    case 'NOT_A_NUMBER':
    case 'NO_SUCH_TARGET':
      return 'unknown-number';
    case 'OCCUPIED_YOURSELF':
    case 'AGENT_NOT_FREE':
      return 'busy';
    case 'NO_TRUNK':
      return 'unreachable';
    default:
      return 'forbidden';
  }
}

/** Help is refused to nobody; but there may be no trunk that sends it, or no phone to ring. */
export const isHelpWithoutWay = ({ number, what }: DialRefused, book: NumberBook): boolean =>
  (what === 'NO_TRUNK' || what === 'NO_PHONE') && isEmergency(asTyped(number), book);

/** Every attempt is kept, whoever made it and however it was refused. */
export const audited = ({ who, what, number }: DialRefused): Effect => ({
  type: 'journal.write',
  record: { kind: 'audit.noted', who, what: 'dial.refused', subject: `${number} ${what}` },
});

export const refusedDial = (
  { agentId, phoneId }: WhoCalls,
  number: string,
  what: RefusalCode,
  at: Instant,
): DialRefused => ({
  ...{ type: 'dial.refused', at, who: phoneId ?? agentId, agentId },
  ...{ number: number.slice(0, 64), what },
});
