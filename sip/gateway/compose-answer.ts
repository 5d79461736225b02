import { viaLines } from '../message/compose';
import { withTag } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';
import type { Flow } from '../transport/flow';
import {
  defaultContact,
  impliedContentType,
  otherHeaderLines,
  withoutLocalhost,
} from './app-headers';

/** Requests whose success makes a dialog (RFC 3261 §12, RFC 6665). */
export function formsDialog(method: string): boolean {
  return method === 'INVITE' || method === 'SUBSCRIBE';
}

/** What of the answer is not in request or app text. */
export interface AnswerParts {
  toTag: string;
  flow: Flow;
  /** The Contact of the dialog when it exists already. */
  contact: string | undefined;
  /** Lines of our own, each ending in CRLF. */
  extra: string;
  /** Given for a reliable provisional (RFC 3262): it then also needs a Contact. */
  rseq?: number;
}

/**
 * The app's response as it goes onto the wire. Vias, Call-ID and CSeq are the request's; From and To
 * the app's when it gave them; the To-tag is ours unless the app set one; Contact is added where
 * the peer needs one to reach us (RFC 3261 §12.1.1), not to plain 18x nor to failures.
 */
export function composeAnswer(request: SipMessage, app: SipMessage, parts: AnswerParts): string {
  const { flow, toTag } = parts;
  const { status, reason, body } = app;
  const to = withoutLocalhost(app.get('to') ?? request.get('to') ?? '', flow);
  const type = impliedContentType(app);
  return (
    `SIP/2.0 ${status} ${reason}\r\n${viaLines(request)}${recordRouteLines(request, status)}` +
    `From: ${withoutLocalhost(app.get('from') ?? request.get('from') ?? '', flow)}\r\n` +
    `To: ${status === 100 ? to : withTag(to, toTag)}\r\n` +
    `Call-ID: ${request.callId}\r\nCSeq: ${request.get('cseq') ?? ''}\r\n` +
    contactLine(request, app, parts) +
    (parts.rseq === undefined ? '' : `RSeq: ${parts.rseq}\r\n`) +
    otherHeaderLines(app, flow) +
    parts.extra +
    (type === undefined ? '' : `Content-Type: ${type}\r\n`) +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/** RFC 3261 §12.1.1: Record-Route is copied into every response that may establish a dialog. */
function recordRouteLines(request: SipMessage, status: number): string {
  if (status <= 100 || status >= 300 || !formsDialog(request.method)) return '';
  let lines = '';
  for (const value of request.all('record-route')) lines += `Record-Route: ${value}\r\n`;
  return lines;
}

function contactLine(request: SipMessage, app: SipMessage, parts: AnswerParts): string {
  const given = app.all('contact');
  if (given.length > 0) {
    return given.map((value) => `Contact: ${withoutLocalhost(value, parts.flow)}\r\n`).join('');
  }
  const { status } = app;
  const success = status >= 200 && status < 300 && needsContact(request.method);
  if (!success && parts.rseq === undefined) return '';
  return `Contact: ${parts.contact ?? defaultContact(parts.flow)}\r\n`;
}

function needsContact(method: string): boolean {
  return formsDialog(method) || method === 'UPDATE';
}
