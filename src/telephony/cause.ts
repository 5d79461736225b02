/**
 * Translates between SIP status codes and the one end cause that log, record and report read.
 */
import type { EndCause } from '../domain/end-cause';

/**
 * Why a leg that we dialled failed (RFC 3261 §21). A failure without status never left us. A redirection is
 * a refusal: where an agent's calls go is not for his phone to say.
 */
export function causeOfStatus(status: number | undefined): EndCause {
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
    case 'broken':
      return 500;
    default:
      return 480;
  }
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

/** Reason header of a BYE or CANCEL of ours (RFC 3326), so that the far side's log says why. */
export function reasonHeader(cause: EndCause): Record<string, string> {
  return cause === 'partner-left' || cause === 'hangup' || cause === 'transferred'
    ? { Reason: 'Q.850;cause=16;text="Normal call clearing"' }
    : { Reason: `SIP;text="${cause}"` };
}
