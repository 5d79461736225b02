import type { SipMessage } from './sip-message';
import { isToken } from './header-names';

/**
 * What a message must have before it may reach a transaction (RFC 3261 §8.1.1, §8.2, §16.3). A
 * request that fails is answered 400 with the text; a response is dropped.
 */

const SINGLE = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length'] as const;
const MANDATORY = ['from', 'to', 'call-id', 'cseq'] as const;
const TOP_CSEQ = 2 ** 31;

/** The first thing wrong, in words fit for a reason phrase; undefined when all is well. */
export function faultOf(message: SipMessage): string | undefined {
  if (message.via === undefined) return 'Bad Via';
  for (const key of MANDATORY) if (!message.has(key)) return `Missing ${key} header`;
  for (const key of SINGLE) if (message.count(key) > 1) return `Duplicate ${key} header`;
  if (message.callId === '') return 'Empty Call-ID';
  const { cseq, cseqMethod } = message;
  if (!(cseq >= 0 && cseq < TOP_CSEQ)) return 'Bad CSeq';
  if (message.isRequest && cseqMethod !== message.method) return 'CSeq method does not match';
  if (message.isRequest && !isToken(message.method)) return 'Bad method';
  return lengthFault(message);
}

function lengthFault(message: SipMessage): string | undefined {
  const value = message.get('content-length');
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) return 'Bad Content-Length';
  return Number(value) > message.text.length - message.bodyAt ? 'Body is too short' : undefined;
}
