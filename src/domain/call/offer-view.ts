import type { OfferView } from '../notices';
import { partyNumber, type CallBack, type CallFacts, type Offer } from './call';
import { callerView } from './caller-view';
import type { OfferReason } from '../queue/reason';

/** The screen pop: what an agent is shown of a caller before his phone rings. */
export const offerView = (
  call: CallFacts,
  offer: Pick<Offer, 'offerId' | 'agentId' | 'offeredAt' | 'noPop'> & { why?: OfferReason },
): OfferView => ({
  offerId: offer.offerId,
  callId: call.id,
  agentId: offer.agentId,
  storeId: call.route.storeId,
  storeName: call.route.storeName,
  queueId: call.route.queueId,
  hotline: call.route.hotline,
  from: partyNumber(call),
  ...callerView(call),
  waitingSince: call.arrivedAt,
  offeredAt: offer.offeredAt,
  ...(offer.noPop ? { noPop: true as const } : {}),
  ...(offer.why ? { why: offer.why } : {}),
  ...(call.callBack ? { callBack: callBackView(call.callBack) } : {}),
});

const callBackView = ({
  promiseId,
  reason,
  promisedAt,
  dueAt,
  tries,
}: CallBack): NonNullable<OfferView['callBack']> => ({
  ...{ promiseId, reason, promisedAt, dueAt, tries },
});
