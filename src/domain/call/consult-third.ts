/**
 * What comes with a third party beside its leg and goes with it: pop, timers, its agent's state, a file, and the place in
 * a queue's line by whose turn it came.
 */
import type { DialTarget, Effect } from '../effects';
import type { EndCause } from '../end-cause';
import { BugError } from '../errors';
import type { OfferEnded } from '../raised-events';
import type { Instant } from '../time';
import type { Call, CallIn } from './call';
import { recordingStopped } from './closing';

type Consulting = CallIn<'consulting'>;

/** Who is rung, or has answered. Throws `BugError` while nobody of the queue is. */
export function thirdOf({ stage }: Consulting): DialTarget {
  const { to } = stage.asked;
  if (to.kind === 'queue') throw new BugError(`nobody of ${to.queueId} was asked yet`);
  return to;
}

/** The person's phone was answered: his pop comes down, and he is in a talk. */
export function popTaken(call: Consulting, now: Instant): Effect[] {
  const { asked } = call.stage;
  const timer = { kind: 'offer-ring', callId: call.id, offerId: asked.offerId } as const;
  const { to, offerId } = asked;
  if (to.kind !== 'phone') return [{ type: 'timer.clear', timer }];
  return [
    { type: 'timer.clear', timer },
    {
      type: 'notify',
      notice: {
        kind: 'offer.withdrawn',
        ...{ offerId, agentId: to.agentId, reason: 'answered' as const, cause: null },
      },
    },
    {
      type: 'raise',
      event: {
        type: 'talk.started',
        ...{ at: now, callId: call.id, entryId: placeOf(call), agentId: to.agentId },
      },
    },
  ];
}

/** By whose turn he was rung; that of nobody where he was named. */
const placeOf = ({ stage: { asked } }: Consulting): string => asked.line?.entryId ?? asked.entryId;

/** The consultation waits no more, and nobody is rung for it. */
export const leaveLine = ({ stage: { asked } }: Consulting, now: Instant): Effect[] =>
  asked.line === undefined || asked.answered
    ? []
    : [
        {
          type: 'raise',
          event: { type: 'entry.left', at: now, entryId: asked.line.entryId, outcome: 'closed' },
        },
      ];

/** What the third party leaves behind beside its leg: timers, pop, place, its agent, the consultation's file. */
export function dismissThird(
  call: Consulting,
  reason: OfferEnded['reason'],
  now: Instant,
  cause: EndCause | null = null,
  isEnding = false,
): Effect[] {
  const { to, answered, recording, recordings } = call.stage.asked;
  if (!answered) return [...offerOver(call, reason, now, cause), ...leaveLine(call, now)];
  const stop = recording && !isEnding ? [recordingStopped(call, recordings.consult)] : [];
  return to.kind === 'phone' ? [...stop, released(call, to.agentId, now)] : stop;
}

/** The same of who has not answered, except for the place. */
export function offerOver(
  call: Consulting,
  reason: OfferEnded['reason'],
  now: Instant,
  cause: EndCause | null = null,
): Effect[] {
  const { to, offerId, dialled } = call.stage.asked;
  if (to.kind === 'queue') return [];
  const timers = (['offer-receipt', 'offer-ring'] as const).map((kind): Effect => {
    return { type: 'timer.clear', timer: { kind, callId: call.id, offerId } };
  });
  if (to.kind !== 'phone') return timers;
  const withdrawn = reason === 'revoked' ? ('caller-left' as const) : reason;
  const ended = { offerId, entryId: placeOf(call), agentId: to.agentId, dialled, reason };
  return [
    ...timers,
    {
      type: 'notify',
      notice: {
        kind: 'offer.withdrawn',
        ...{ offerId, agentId: to.agentId, reason: withdrawn, cause },
      },
    },
    { type: 'raise', event: { type: 'offer.ended', at: now, ...ended } },
  ];
}

/** Who was only asked has nothing to wrap up. */
const released = (call: Call, agentId: string, now: Instant): Effect => ({
  type: 'raise',
  event: { type: 'talk.ended', at: now, callId: call.id, agentId, wrapUpMs: 0 },
});

/** Its leg is told to end, if it was dialled and lives. */
export function hangUpThird(call: Consulting, cause: EndCause | null = null): Effect[] {
  const { legId, answered } = call.stage.asked;
  if (!call.legs.includes(legId)) return [];
  const told = cause === 'no-answer' ? cause : answered ? 'partner-left' : 'withdrawn';
  return [{ type: 'leg.hangup', legId, cause: told }];
}
