import { parseNameAddr } from '../../message/header-values';
import type { SipMessage } from '../../message/sip-message';
import { parseUri } from '../../message/uri';

/**
 * The little that the edge must know of a caller to serve him by itself, beside the number that he called: whether
 * there is one to call him back at. All else is the app's to read out of his INVITE. Pure.
 */

/** User parts by which carriers say that the number is withheld (RFC 3323 and usage). */
const WITHHELD = new Set([
  '',
  'anonymous',
  'restricted',
  'private',
  'withheld',
  'unavailable',
  'unknown',
  'asserted-id-unavailable',
]);

/** P-Asserted-Identity where there is one (RFC 3325 §9), else From; `Privacy: id` withholds it. */
export function hasNumber(invite: SipMessage): boolean {
  if (/\bid\b/i.test(invite.get('privacy') ?? '')) return false;
  const shown = invite.get('p-asserted-identity') ?? invite.get('from') ?? '';
  return !WITHHELD.has(userOf(parseNameAddr(shown).uri).trim().toLowerCase());
}

/** User of a SIP or tel URI without its parameters. */
export function userOf(uri: string): string {
  const tel = /^tel:([^;,]*)/i.exec(uri)?.[1];
  const user = tel ?? parseUri(uri)?.user.split(/[;:]/, 1)[0] ?? '';
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
