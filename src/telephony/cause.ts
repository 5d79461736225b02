/**
 * Translates between SIP status codes and the one end cause that log, record and report read.
 */
import type { EndCause, FarSide } from '../domain/end-cause';
import type { SipMessage } from './drachtio';

/** What operators say by Q.850 of the person called, whatever status they put around it. */
const BY_Q850: Partial<Record<number, EndCause>> = {
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  21: 'declined',
};

/**
 * Why a leg that we dialled failed (RFC 3261 §21). A failure without status never left us. A redirection is
 * a refusal: where an agent's calls go is not for his phone to say.
 */
export function causeOfStatus(status: number | undefined, q850?: number): EndCause {
  if (status !== 487 && q850 !== undefined && BY_Q850[q850]) return BY_Q850[q850];
  switch (status) {
    case 486:
    case 600:
      return 'busy';
    case 480:
      return 'unavailable';
    case 487:
      return 'withdrawn';
    case 488:
    case 606:
    case 415:
      return 'no-media';
    case undefined:
    case 404:
    case 408:
    case 410:
    case 481:
      return 'unreachable';
    default:
      return status >= 500 && status < 600 ? 'unreachable' : 'declined';
  }
}

/** The final answer to an arriving call that we do not take. */
export function statusOfCause(cause: EndCause): number {
  switch (cause) {
    case 'unknown-number':
      return 404;
    case 'no-media':
      return 488;
    case 'busy':
      return 486;
    case 'declined':
    case 'blocked':
      return 603;
    case 'forbidden':
      return 403;
    case 'broken':
    case 'edge-stopped':
      return 500;
    case 'over-capacity':
      return 503;
    default:
      return 480;
  }
}

/** What goes with it: a carrier takes its next route at once, and leaves us alone for a moment (RFC 3261 §21.5.4). */
export function headersOfCause(cause: EndCause): Record<string, string> {
  if (cause !== 'over-capacity') return {};
  return { 'Retry-After': '2', Reason: 'Q.850;cause=42;text="over-capacity"' };
}

/** What a phone that sent its caller on is told when whom it named did not take him (RFC 3515 §2.4.5). */
export function statusOfReferral(cause: EndCause): number {
  switch (cause) {
    case 'busy':
      return 486;
    case 'declined':
      return 603;
    case 'no-answer':
      return 408;
    case 'withdrawn':
      return 487;
    case 'no-media':
      return 488;
    default:
      return 480;
  }
}

const CLEARED = new Set<EndCause>(['partner-left', 'hangup', 'transferred', 'carrier-joined']);

/** Reason header of a BYE or CANCEL of ours (RFC 3326), so that the far side's log says why. */
export function reasonHeader(cause: EndCause): Record<string, string> {
  // By this a phone that rings in vain shows no missed call (RFC 3326 §2).
  if (cause === 'answered-elsewhere') return COMPLETED_ELSEWHERE;
  return CLEARED.has(cause)
    ? { Reason: 'Q.850;cause=16;text="Normal call clearing"' }
    : { Reason: `SIP;text="${cause}"` };
}

/** The cause by Q.850 in a Reason header of the far side; in an answer, too (RFC 6432). */
export function q850Of(message: Pick<SipMessage, 'get' | 'has'>): Pick<FarSide, 'q850'> {
  const reason = message.has('Reason') ? message.get('Reason') : '';
  const cause = /(?:^|,)\s*Q\.850\s*;(?:[^,"]|"[^"]*")*?cause\s*=\s*(\d{1,3})/i.exec(reason)?.[1];
  const q850 = Number(cause);
  return q850 >= 1 && q850 <= 127 ? { q850 } : {};
}
/** The same for a phone that rang while another of the same person was picked up: no missed call (RFC 3326). */
export const COMPLETED_ELSEWHERE: Record<string, string> = {
  Reason: 'SIP;cause=200;text="Call completed elsewhere"',
};
