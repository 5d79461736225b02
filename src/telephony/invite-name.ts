/** By what an INVITE is found again, before its dialog has a name. */
import type { SipRequest } from './drachtio';
import { tagOf } from './identity';

/** By what an INVITE is known when it is delivered again: RFC 3261 §12 before there is a To-tag. */
export function nameOf(req: Pick<SipRequest, 'get'>): string {
  return inviteName({ callId: req.get('Call-ID'), fromTag: tagOf(req.get('From')) });
}

export function inviteName({ callId, fromTag }: { callId: string; fromTag: string }): string {
  return `${callId}|${fromTag}`;
}
