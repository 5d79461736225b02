import type { SipMessage } from './sip-message';
import { isToken } from './header-names';
import { unknownOptions } from './option-tags';
import { parseUri } from './uri';

/**
 * What a message must have before it may reach a transaction (RFC 3261 §8.1.1, §8.2, §16.3). A
 * request that fails is answered with the fault; a response is dropped. What can be understood in
 * only one way passes, even when its grammar is poor: a caller is not refused for his phone's spaces.
 */

/** Why a message is not served. */
export interface Fault {
  status: number;
  /** Fit for a reason phrase. */
  reason: string;
  /** Lines for the response, each ending in CRLF. */
  headers?: string;
}

const SINGLE = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'content-length'] as const;
const MANDATORY = ['from', 'to', 'call-id', 'cseq'] as const;
/** Values with display names and parameters that we or the app take apart. */
const ADDRESSES = ['from', 'to', 'contact'] as const;
const TOP_CSEQ = 2 ** 31;
/** Schemes that an app may be able to route; any other gets 416 (§8.2.2.1). */
const SCHEMES = new Set(['sip', 'sips', 'tel', 'urn', 'im', 'pres']);

/** The first thing wrong; undefined when all is well. */
export function faultOf(message: SipMessage): Fault | undefined {
  if (message.version !== '2.0') return { status: 505, reason: 'Version Not Supported' };
  const text = headFault(message) ?? (message.isRequest ? requestFault(message) : undefined);
  if (text !== undefined) return { status: 400, reason: `Bad Request - ${text}` };
  return message.isRequest ? unsupported(message) : undefined;
}

/** What requests and responses must have alike. */
function headFault(message: SipMessage): string | undefined {
  if (!hasEmptyLine(message)) return 'The headers do not end';
  if (message.via === undefined) return 'Bad Via';
  for (const key of MANDATORY) if (!message.has(key)) return `Missing ${key} header`;
  for (const key of SINGLE) if (message.count(key) > 1) return `Duplicate ${key} header`;
  if (message.callId === '') return 'Empty Call-ID';
  const { cseq } = message;
  if (!(cseq >= 0 && cseq < TOP_CSEQ)) return 'Bad CSeq';
  return lengthFault(message);
}

/** §7: without an empty line the message was cut off, or never was one. */
function hasEmptyLine({ text, bodyAt }: SipMessage): boolean {
  const before = bodyAt - (text.charCodeAt(bodyAt - 2) === 13 ? 3 : 2);
  return text.charCodeAt(bodyAt - 1) === 10 && text.charCodeAt(before) === 10;
}

function lengthFault(message: SipMessage): string | undefined {
  const value = message.get('content-length');
  if (value === undefined) return undefined;
  if (!/^\d{1,9}$/.test(value)) return 'Bad Content-Length';
  return Number(value) > message.text.length - message.bodyAt ? 'Body is too short' : undefined;
}

function requestFault(message: SipMessage): string | undefined {
  const { method } = message;
  if (!isToken(method)) return 'Bad method';
  if (message.cseqMethod !== method) return 'CSeq method does not match';
  return uriFault(message.uri) ?? addressFault(message);
}

/** §25.1: no white space and no brackets; §19.1.1: no headers in a Request-URI. */
function uriFault(uri: string): string | undefined {
  if (/[\s<>"]/.test(uri) || uri.indexOf(':') < 1 || isBareIpv6(uri)) return 'Bad Request-URI';
  if (uri.includes('?') && parseUri(uri)?.tail.includes('?')) return 'Headers in Request-URI';
  return undefined;
}

/** RFC 5118 §4.2: without its brackets nobody can say where the address ends and the port begins. */
function isBareIpv6(uri: string): boolean {
  if (!/^sips?:/i.test(uri)) return false;
  const at = Math.max(uri.indexOf(':'), uri.indexOf('@'));
  return /^[0-9a-f.]*:[0-9a-f.]*:/i.test(uri.slice(at + 1));
}

/** Values of which nobody can say where they or their parameters end. */
function addressFault(message: SipMessage): string | undefined {
  if (hasEmptyParts(message.get('via') ?? '')) return 'Bad Via';
  for (const key of ADDRESSES) {
    const value = message.get(key);
    if (value === undefined) continue;
    if (hasOpenQuote(value) || hasEmptyParts(value)) return `Bad ${key} header`;
  }
  // §20.10: a URI with a question mark must stand in angle brackets.
  const contact = message.get('contact');
  if (contact?.includes('?') && !contact.includes('<')) return 'Bad contact header';
  return undefined;
}

/** `;;`, `;,` or `,,` outside quotes and brackets, white space between them left aside. */
function hasEmptyParts(value: string): boolean {
  let before = '';
  for (let i = 0; i < value.length; i++) {
    const c = value[i] as string;
    if (c === '"' || c === '<') i = endOfSpan(value, i);
    if (c === ';' || c === ',') {
      if (before === ';' || (before === ',' && c === ',')) return true;
      before = c;
    } else if (c !== ' ' && c !== '\t') before = '';
  }
  return false;
}

/** Where the quoted string or the bracket that opens at `from` closes; the end when it never does. */
function endOfSpan(value: string, from: number): number {
  const close = value[from] === '"' ? 0x22 : 0x3e;
  for (let i = from + 1; i < value.length; i++) {
    const c = value.charCodeAt(i);
    if (c === 0x5c && close === 0x22) i++;
    else if (c === close) return i;
  }
  return value.length;
}

/** A quote that is never closed: nobody can say where the name ends. */
function hasOpenQuote(value: string): boolean {
  for (let i = value.indexOf('"'); i >= 0; i = value.indexOf('"', i + 1)) {
    i = endOfSpan(value, i);
    if (i >= value.length) return true;
  }
  return false;
}

/** Well formed, but no app could serve it. */
function unsupported(message: SipMessage): Fault | undefined {
  const { uri, method } = message;
  const scheme = uri.slice(0, uri.indexOf(':')).toLowerCase();
  if (!SCHEMES.has(scheme)) return { status: 416, reason: 'Unsupported URI Scheme' };
  if (method === 'ACK' || method === 'CANCEL' || !message.has('require')) return undefined;
  const unknown = unknownOptions(message.all('require'));
  if (unknown.length === 0) return undefined;
  const headers = `Unsupported: ${unknown.join(', ')}\r\n`;
  return { status: 420, reason: 'Bad Extension', headers };
}
