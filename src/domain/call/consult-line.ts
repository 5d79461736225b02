/**
 * A consultation of a queue in which nobody is free: it stands in that queue's line, behind who waits longer, and its
 * agent hears the music that callers hear there. Whose turn it is decides dispatch, as for a caller:
 *
 *     in line --its turn--> rings --answer--> with the third
 *        ^                    |
 *        +---not answered-----+
 *
 * The agent may go back to his customer, or complete at any time: then his customer stands in that line himself, as after
 * a blind transfer to the queue. Where nobody of the queue is signed in any more but himself, he is told.
 */
import type { Effect } from '../effects';
import type { OfferMade } from '../raised-events';
import type { Step } from '../step';
import type { Instant } from '../time';
import type { Asked, Call, CallIn } from './call';
import { followedBy, recordingStopped } from './closing';
import { leaveLine } from './consult-third';
import { backToQueue } from './requeue';
import { told } from './telling';

type Consulting = CallIn<'consulting'>;

/** No leg and no offer has this id: what comes late of who was rung before is nobody's. */
export const NOBODY = '';

/** Nobody is rung yet. */
export const isInLine = ({ stage }: Consulting): boolean => stage.asked.to.kind === 'queue';

/** The consultation begins to wait. */
export function standInLine(call: Consulting, now: Instant): Step<Call> {
  const { agentId, agentLegId, asked } = call.stage;
  const { line } = asked;
  if (agentLegId === null || !line) return { next: call, effects: [] };
  return {
    next: call,
    effects: [
      music(call, agentLegId),
      {
        type: 'raise',
        event: {
          type: 'entry.joined',
          at: now,
          entryId: line.entryId,
          callId: call.id,
          queueId: line.route.queueId,
          joinedAt: now,
          askedBy: agentId,
        },
      },
    ],
  };
}

/** Its turn: this one is rung, who is reserved already. */
export function inTurn(call: Consulting, made: OfferMade, now: Instant): Consulting {
  const { agentId, phoneId, offerId, legId } = made;
  const to = { kind: 'phone', agentId, phoneId } as const;
  return withAsked(call, { to, offerId, legId, at: now });
}

/** Who was rung does not come: it waits on, at its place. */
export function backInLine(call: Consulting): Step<Call> {
  const { agentLegId, asked } = call.stage;
  const { rings, line, ...others } = asked;
  if (!line || agentLegId === null) return { next: call, effects: [] };
  const to = { kind: 'queue', queueId: line.route.queueId } as const;
  const next: Consulting = {
    ...call,
    stage: {
      ...call.stage,
      asked: { ...others, line, to, offerId: NOBODY, legId: NOBODY, dialled: false },
    },
  };
  return {
    next,
    effects: [...(rings === undefined ? [] : [music(call, agentLegId)]), ...told(next)],
  };
}

/** Completed before anybody was there: the customer waits in that line himself, at the place of his arrival. */
export function sendOn(
  call: Consulting,
  line: NonNullable<Asked['line']>,
  now: Instant,
): Step<Call> {
  const { agentId, agentLegId, recordingId, asked } = call.stage;
  const talk: CallIn<'talking'> = {
    ...call,
    stage: {
      is: 'talking',
      line: { is: 'held', atDesk: true },
      ...{ agentId, agentLegId: agentLegId ?? NOBODY, recordingId },
    },
  };
  const sent = backToQueue(talk, { route: line.route, entryId: asked.entryId }, now);
  const isThere = agentLegId !== null && call.legs.includes(agentLegId);
  return followedBy(
    { next: call, effects: leaveLine(call, now) },
    {
      next: sent.next,
      effects: [
        ...sent.effects,
        ...(recordingId === null ? [] : [recordingStopped(call, recordingId)]),
        ...(isThere
          ? [{ type: 'leg.hangup' as const, legId: agentLegId, cause: 'transferred' as const }]
          : []),
      ],
    },
  );
}

const withAsked = (call: Consulting, asked: Partial<Asked>): Consulting => ({
  ...call,
  stage: { ...call.stage, asked: { ...call.stage.asked, ...asked } },
});

const music = (call: Call, legId: string): Effect => ({
  type: 'media.music',
  callId: call.id,
  legId,
});
