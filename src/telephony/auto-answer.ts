/**
 * What in an INVITE makes a phone pick up by itself. There is no standard of the IETF: each maker reads
 * headers of its own, most of them Call-Info with `answer-after` or Alert-Info with `info`. The phone's
 * own settings must allow it.
 */
import type { PhoneProfile } from '../domain/plan';

/** The URIs say nothing to anybody; the grammar wants one (RFC 3261 §20.4, §20.9). */
const CALL_INFO = { 'Call-Info': '<sip:openline.invalid>;answer-after=0' };
const ALERT_INFO = { 'Alert-Info': '<http://openline.invalid>;info=alert-autoanswer;delay=0' };

const HEADERS: Record<PhoneProfile, Record<string, string>> = {
  standard: { ...CALL_INFO, ...ALERT_INFO },
  yealink: ALERT_INFO,
  grandstream: { ...CALL_INFO, ...ALERT_INFO },
  snom: ALERT_INFO,
  // Compared as a whole with what its settings name (`voIpProt.SIP.alertInfo`); not RFC 3261's grammar.
  polycom: { 'Alert-Info': 'Auto Answer' },
  cisco: CALL_INFO,
  baresip: { ...CALL_INFO, ...ALERT_INFO },
};

/** None for a phone that is to ring. */
export function autoAnswerHeaders(profile: PhoneProfile | undefined): Record<string, string> {
  return profile === undefined ? {} : HEADERS[profile];
}
