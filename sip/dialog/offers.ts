/**
 * Which request that changes a session must not come now (RFC 3261 §14.2, RFC 3311 §5.2): one offer at a
 * time, each answered before the next. Pure.
 *
 * A re-INVITE that crosses one of ours is let through: the app decides between the two, as it does
 * behind drachtio-server.
 */
export interface SessionRequest {
  method: string;
  /** It brings a session description. */
  offers: boolean;
}

/** What waits for its final answer in the dialog. */
export interface OpenRequests {
  ours: readonly SessionRequest[];
  theirs: readonly SessionRequest[];
}

/** 500: theirs comes too soon after another of theirs. 491: ours is on its way. Undefined: it may come. */
export function refusalOf(
  request: SessionRequest,
  { ours, theirs }: OpenRequests,
  early: boolean,
): 491 | 500 | undefined {
  const { method, offers } = request;
  if (theirs.some((other) => other.method === method)) return 500;
  // In an early dialog the INVITE itself is open, and its offer may have been answered by a provisional.
  if (early) return method === 'INVITE' ? 491 : undefined;
  if (offers && theirs.some((other) => other.offers)) return 500;
  const crosses = method === 'UPDATE' && offers && ours.some((other) => other.offers);
  return crosses ? 491 : undefined;
}
