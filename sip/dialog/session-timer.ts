import { paramOf } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';

/**
 * Session timers (RFC 4028): which interval a dialog has and who refreshes it, what our answers say of
 * it, when a refresh is due. A dialog whose refresh does not come is dead, however silent that death
 * was. Pure: seconds in, seconds out; `gateway/session-refresh.ts` waits and sends.
 */
export interface SessionTimer {
  /** Session-Expires in seconds. */
  intervalS: number;
  refresher: 'us' | 'them';
}

/** §4: nobody has to accept less; who asks for less in a dialog gets 422. */
export const MIN_SE_S = 90;
/** More than this is no interval but a number that somebody made up. */
const MAX_SE_S = 86_400;
/** Refreshes of many calls that began together are spread by as much, either way. */
const SPREAD_S = 5;

interface SessionExpires {
  seconds: number;
  refresher: 'uac' | 'uas' | undefined;
}

/** The first Session-Expires; undefined when there is none, or it cannot be read. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | undefined {
  const value = message.get('session-expires');
  const seconds = /^\s*(\d{1,9})\s*(?:;|$)/.exec(value ?? '')?.[1];
  if (value === undefined || seconds === undefined) return undefined;
  const refresher = paramOf(value, 'refresher')?.toLowerCase();
  return {
    seconds: Math.min(Number(seconds), MAX_SE_S),
    refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined,
  };
}

/** §5, §6: true for a re-INVITE or UPDATE that gets 422 with our Min-SE. */
export function isTooBrief(request: SipMessage): boolean {
  const asked = sessionExpiresOf(request);
  return asked !== undefined && asked.seconds < MIN_SE_S;
}

/**
 * The Session-Expires line of our 2xx to an INVITE or UPDATE, empty for none. What the app says itself
 * wins. Else the peer's wish is granted when it says who refreshes, or when that was settled before
 * (§9); otherwise there is no timer.
 */
export function answerLines(
  request: SipMessage,
  app: SipMessage | undefined,
  before: SessionTimer | undefined,
): string {
  if (app?.has('session-expires')) return '';
  const asked = sessionExpiresOf(request);
  if (asked === undefined) return '';
  const settled = before === undefined ? undefined : before.refresher === 'us' ? 'uas' : 'uac';
  const refresher = asked.refresher ?? settled;
  if (refresher === undefined) return '';
  const line = `Session-Expires: ${Math.max(asked.seconds, MIN_SE_S)};refresher=${refresher}\r\n`;
  // §9: the peer is bound to refresh, so it must understand that it is.
  return refresher === 'uac' && !app?.has('require') ? `${line}Require: timer\r\n` : line;
}

/** The timer that a 2xx of ours or of the peer sets; undefined: the session has none (any more). */
export function timerOf(response: SipMessage, sentBy: 'us' | 'them'): SessionTimer | undefined {
  const agreed = sessionExpiresOf(response);
  if (agreed === undefined) return undefined;
  // §7.2: a 2xx that does not say means the one who asked.
  const refresher = agreed.refresher ?? 'uac';
  const asker = sentBy === 'us' ? 'them' : 'us';
  return {
    intervalS: Math.max(agreed.seconds, MIN_SE_S),
    refresher: refresher === 'uac' ? asker : sentBy,
  };
}

/** What our refreshing re-INVITE says (§7.4). */
export function refreshLines({ intervalS }: SessionTimer): string {
  return `Supported: timer\r\nSession-Expires: ${intervalS};refresher=uac\r\nMin-SE: ${MIN_SE_S}\r\n`;
}

/** §8.1: the interval that a 422 asks for; undefined when it does not say, or says too much. */
export function demanded(refusal: SipMessage): number | undefined {
  const seconds = Number(/^\d{1,9}/.exec(refusal.get('min-se') ?? '')?.[0]);
  return seconds >= MIN_SE_S && seconds <= MAX_SE_S ? seconds : undefined;
}

/**
 * Seconds until something must happen: our refresh at half the interval, or the end of a session
 * that they did not refresh. `chance` is from 0 to 1.
 */
export function dueAfterS({ intervalS, refresher }: SessionTimer, chance: number): number {
  if (refresher === 'them') return intervalS;
  return intervalS / 2 + SPREAD_S * (2 * chance - 1);
}
