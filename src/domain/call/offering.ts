/**
 * One offer of a call to an agent: its dial, its timers, and what it leaves behind when nothing comes of it.
 * Of several offers of one call each is on its own; who is made one, and when, is not decided here.
 */
import { RECEIPT_MS } from '../agent/desktop';
import type { Effect } from '../effects';
import type { EndCause } from '../end-cause';
import type { Timer } from '../events';
import type { OfferReason } from '../queue/reason';
import type { OfferEnded, OfferMade } from '../raised-events';
import type { Instant } from '../time';
import { partyNumber, type Call, type CallFacts, type Offer } from './call';

/** Why this agent. */
export const whyOf = ({ why, by = 'transfer' }: OfferMade): OfferReason => why ?? { by };

/** Written once: what came of it, its leg tells. */
export const saveOffer = (call: CallFacts, offer: Offer): Effect => ({
  type: 'journal.write',
  record: {
    kind: 'offer.saved',
    offer: {
      ...{ id: offer.offerId, callId: call.id, entryId: call.ids.entryId },
      ...{ agentId: offer.agentId, legId: offer.legId, queueId: call.route.queueId },
      ...{ offeredAt: offer.offeredAt, why: offer.why },
      ...(offer.noPop ? { noPop: true as const } : {}),
    },
  },
});

/** The desktop is given its time to show the offer. */
export const awaitReceipt = (call: CallFacts, offer: Offer, now: Instant): Effect => ({
  type: 'timer.set',
  timer: receiptTimer(call, offer),
  at: now + RECEIPT_MS,
});

/** It did not in that time, or will not. */
export const receiptMissed = (
  { agentId, offerId }: Pick<Offer, 'agentId' | 'offerId'>,
  now: Instant,
): Effect => ({ type: 'raise', event: { type: 'receipt.missed', at: now, agentId, offerId } });

/** The phone rings, at most as long as the queue's agents are given. */
export const dialPhone = (call: CallFacts, offer: Offer, now: Instant): Effect[] => [
  { type: 'timer.clear', timer: receiptTimer(call, offer) },
  {
    type: 'leg.dial',
    legId: offer.legId,
    callId: call.id,
    to: { kind: 'phone', agentId: offer.agentId, phoneId: offer.phoneId },
    from: partyNumber(call),
    displayName: call.callerName || call.displayName,
    // Who is to be called back has none yet.
    towards: call.legs.includes(call.callerLegId) ? call.callerLegId : null,
  },
  { type: 'timer.set', timer: ringTimer(call, offer), at: now + call.route.ringMs },
];

/** The phone is told to stop, unless it was never rung or its leg has ended by itself. */
export const hangUpPhone = (call: CallFacts, { legId }: Offer, cause: EndCause): Effect[] =>
  call.legs.includes(legId) ? [{ type: 'leg.hangup', legId, cause }] : [];

/** Everything but the leg that an offer without a talk leaves behind: timers, pop, agent, entry. */
export function endOffer(
  call: CallFacts,
  offer: Offer,
  { reason, cause = null }: { reason: OfferEnded['reason']; cause?: EndCause | null },
  now: Instant,
): Effect[] {
  return [
    { type: 'timer.clear', timer: receiptTimer(call, offer) },
    { type: 'timer.clear', timer: ringTimer(call, offer) },
    {
      type: 'notify',
      notice: {
        kind: 'offer.withdrawn',
        offerId: offer.offerId,
        agentId: offer.agentId,
        reason: reason === 'revoked' ? 'refused' : reason,
        cause,
      },
    },
    {
      type: 'raise',
      event: {
        type: 'offer.ended',
        at: now,
        offerId: offer.offerId,
        entryId: call.ids.entryId,
        agentId: offer.agentId,
        dialled: offer.dialled,
        reason,
      },
    },
  ];
}

/** Somebody else takes the call: these are rung no more, and have missed nothing. */
export const callOff = (call: Call, offers: readonly Offer[], now: Instant): Effect[] =>
  offers.flatMap((offer) => [
    ...hangUpPhone(call, offer, 'answered-elsewhere'),
    ...endOffer(call, offer, { reason: 'taken' }, now),
  ]);

const receiptTimer = (call: CallFacts, { offerId }: Offer): Timer => ({
  kind: 'offer-receipt',
  callId: call.id,
  offerId,
});

const ringTimer = (call: CallFacts, { offerId }: Offer): Timer => ({
  kind: 'offer-ring',
  callId: call.id,
  offerId,
});
