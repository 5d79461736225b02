import { composeResponse } from '../message/compose';
import { parseMessage } from '../message/sip-message';

/**
 * The last word on a stream whose next message cannot be found (RFC 3261 §18.3): the request that
 * said no usable length is refused before the connection is closed. Pure.
 */

/** The response to that head; undefined for what nobody may answer: responses, ACK, no SIP at all. */
export function refusalOf(head: string): string | undefined {
  const request = parseMessage(head, true);
  if (request === undefined || !request.isRequest || request.method === 'ACK') return undefined;
  if (!request.has('via')) return undefined;
  const only = request.count('content-length') === 1 ? request.get('content-length') : undefined;
  const tooLarge = only !== undefined && /^\d+$/.test(only);
  return composeResponse(
    request,
    tooLarge ? { status: 513 } : { status: 400, reason: 'Bad Request - No usable Content-Length' },
  );
}
