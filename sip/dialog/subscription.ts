import { paramOf } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';

/**
 * The subscription in a dialog (RFC 6665): for how long it was granted, and what ends it. The same for
 * both roles: it matters who asked, not which of the two we are. Pure: seconds in, seconds out;
 * `gateway/subscription/` waits and forgets.
 */

/** §4.1.2.1: what an event package would say where neither side says how long. */
const DEFAULT_EXPIRES_S = 3600;
/** A week. More than this is no time but a number that somebody made up. */
const MAX_EXPIRES_S = 604_800;

/** §4.1.2.2, §4.2.2: these answers, to either method, mean that the other side knows nothing of it. */
const GONE = new Set([404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** Requests outside dialogs whose 2xx makes a subscription: REFER does implicitly (RFC 3515 §2.4.4). */
export function asksForSubscription({ method }: SipMessage): boolean {
  return method === 'SUBSCRIBE' || method === 'REFER';
}

/** False for a REFER whose acceptance says that no NOTIFY will follow (RFC 4488 §4). */
export function makesSubscription(response: SipMessage): boolean {
  return response.get('refer-sub')?.trim().toLowerCase() !== 'false';
}

/** Seconds that a 2xx to SUBSCRIBE grants; 0 where it was the end of it, or the state was only asked for. */
export function grantedS(request: SipMessage, response: SipMessage): number {
  const own = secondsIn(response.get('expires')) ?? secondsIn(request.get('expires'));
  return own ?? DEFAULT_EXPIRES_S;
}

/** §4.1.3: true for the NOTIFY after which no other follows. */
export function isLastNotify(request: SipMessage): boolean {
  if (request.method !== 'NOTIFY') return false;
  return /^\s*terminated\s*(;|$)/i.test(request.get('subscription-state') ?? '');
}

/**
 * What the final answer to a request in a subscription's dialog means for it: the seconds it is granted
 * from now, that it is over, or undefined for nothing new. A 408 may be one that nobody sent.
 */
export function afterAnswer(
  request: SipMessage,
  response: SipMessage,
): 'over' | number | undefined {
  const { method } = request;
  const { status } = response;
  if (method !== 'SUBSCRIBE' && method !== 'NOTIFY') return undefined;
  // Comes again with credentials.
  if (status === 401 || status === 407) return undefined;
  if (isLastNotify(request) || GONE.has(status)) return 'over';
  // §4.2.2: nobody is there to be notified. A refresh that was lost leaves what was granted before.
  if (status === 408 && method === 'NOTIFY') return 'over';
  if (status >= 300) return undefined;
  return method === 'SUBSCRIBE' ? grantedS(request, response) : remainingS(request);
}

/** §4.1.3: what the notifier says of the time that is left goes first. */
function remainingS(notify: SipMessage): number | undefined {
  return secondsIn(paramOf(notify.get('subscription-state') ?? '', 'expires'));
}

function secondsIn(value: string | undefined): number | undefined {
  const digits = /^\s*(\d{1,10})\s*$/.exec(value ?? '')?.[1];
  return digits === undefined ? undefined : Math.min(Number(digits), MAX_EXPIRES_S);
}
