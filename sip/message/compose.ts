import type { SipMessage } from './sip-message';
import { withTag } from './header-values';

/**
 * Texts that need nothing but the message they answer: our own responses, and the ACK and CANCEL
 * that repeat parts of an INVITE.
 */

const REASONS: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Moved Temporarily',
  305: 'Use Proxy',
  380: 'Alternative Service',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  410: 'Gone',
  413: 'Request Entity Too Large',
  414: 'Request-URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Unsupported URI Scheme',
  420: 'Bad Extension',
  421: 'Extension Required',
  422: 'Session Interval Too Small',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  483: 'Too Many Hops',
  484: 'Address Incomplete',
  485: 'Ambiguous',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  489: 'Bad Event',
  491: 'Request Pending',
  493: 'Undecipherable',
  500: 'Server Internal Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Server Time-out',
  505: 'Version Not Supported',
  513: 'Message Too Large',
  600: 'Busy Everywhere',
  603: 'Decline',
  604: 'Does Not Exist Anywhere',
  606: 'Not Acceptable',
};

export function reasonPhrase(status: number): string {
  return REASONS[status] ?? 'Unknown';
}

/**
 * What a response takes over from its request (RFC 3261 §8.2.6.2): all Vias, From, To, Call-ID,
 * CSeq. What a faulty request lacks its answer lacks too.
 */
export interface ResponseParts {
  status: number;
  reason?: string;
  /** Added to To unless the request has one; none on a 100. */
  toTag?: string;
  /** Header lines, each ending in CRLF. */
  headers?: string;
  body?: string;
}

export function composeResponse(request: SipMessage, parts: ResponseParts): string {
  const { status, reason = reasonPhrase(status), toTag, headers = '', body = '' } = parts;
  const to = request.get('to');
  const line = (name: string, value: string | undefined) =>
    value === undefined ? '' : `${name}: ${value}\r\n`;
  return (
    `SIP/2.0 ${status} ${reason}\r\n${viaLines(request)}` +
    line('From', request.get('from')) +
    line('To', to === undefined || toTag === undefined ? to : withTag(to, toTag)) +
    line('Call-ID', request.get('call-id')) +
    line('CSeq', request.get('cseq')) +
    `${headers}Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

export function viaLines(request: SipMessage): string {
  let lines = '';
  for (const value of request.all('via')) lines += `Via: ${value}\r\n`;
  return lines;
}

/** ACK for a 3xx-6xx (RFC 3261 §17.1.1.3): same branch, Request-URI and Route; To of the response. */
export function composeFailureAck(invite: SipMessage, response: SipMessage): string {
  return repeatInvite(invite, 'ACK', response.get('to') ?? '', '');
}

/** CANCEL of an INVITE (RFC 3261 §9.1): identical but for the method. `headers` end in CRLF. */
export function composeCancel(invite: SipMessage, headers: string): string {
  return repeatInvite(invite, 'CANCEL', invite.get('to') ?? '', headers);
}

function repeatInvite(invite: SipMessage, method: string, to: string, headers: string): string {
  let routes = '';
  for (const value of invite.all('route')) routes += `Route: ${value}\r\n`;
  return (
    `${method} ${invite.uri} SIP/2.0\r\nVia: ${invite.get('via') ?? ''}\r\n${routes}` +
    `Max-Forwards: 70\r\nFrom: ${invite.get('from') ?? ''}\r\nTo: ${to}\r\n` +
    `Call-ID: ${invite.callId}\r\nCSeq: ${invite.cseq} ${method}\r\n` +
    `${headers}Content-Length: 0\r\n\r\n`
  );
}
