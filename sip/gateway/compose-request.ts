import { tagOf, withTag } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';
import { composeDialogRequest, viaLine, type Dialog } from '../dialog/dialog';
import type { Flow } from '../transport/flow';
import {
  bracketed,
  defaultContact,
  fromWithoutLocalhost,
  impliedContentType,
  otherHeaderLines,
  withoutLocalhost,
} from './app-headers';
import { formsDialog } from './compose-answer';

/** Values made outside, used where the app gave none. */
export interface FreshIds {
  branch: string;
  fromTag: string;
  callId: string;
  cseq: number;
}

/** The app's request outside any dialog as it goes onto the wire (RFC 3261 §8.1.1). */
export function composeNewRequest(app: SipMessage, flow: Flow, fresh: FreshIds): string {
  const { method, uri, body } = app;
  const from = fromWithoutLocalhost(app.get('from') ?? defaultContact(flow), flow);
  const to = withoutLocalhost(app.get('to') ?? `<${uri}>`, flow);
  // An app that repeats a challenged request brings its own Call-ID, From-tag and CSeq (§22.2).
  const callId = app.get('call-id') || fresh.callId;
  const cseq = Number.isNaN(app.cseq) ? fresh.cseq : app.cseq;
  return (
    `${method} ${uri} SIP/2.0\r\n${viaLine(flow, fresh.branch)}` +
    `Max-Forwards: ${app.get('max-forwards') ?? '70'}\r\n` +
    `From: ${tagOf(from) === undefined ? withTag(bracketed(from), fresh.fromTag) : from}\r\n` +
    `To: ${to}\r\nCall-ID: ${callId}\r\nCSeq: ${cseq} ${method}\r\n` +
    contactLines(app, flow, formsDialog(method) ? defaultContact(flow) : undefined) +
    otherHeaderLines(app, flow) +
    typeAndBody(app, body)
  );
}

/** Methods whose request tells the peer where to reach us (RFC 3261 §12.2.1.1, 3311, 3515, 6665). */
const REFRESHING = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'UPDATE', 'NOTIFY']);

/** The app's request inside a dialog. A Request-URI holding `placeholder` means the remote target. */
export function composeInDialog(
  app: SipMessage,
  dialog: Dialog,
  parts: { flow: Flow; branch: string; cseq: number },
): string {
  const { method } = app;
  const contact = REFRESHING.has(method) ? dialog.contact || defaultContact(parts.flow) : undefined;
  const type = impliedContentType(app);
  const literal = method !== 'ACK' && !app.uri.includes('placeholder');
  return composeDialogRequest(dialog, {
    method,
    ...parts,
    ...(literal ? { requestUri: app.uri } : {}),
    headers:
      contactLines(app, parts.flow, contact) +
      otherHeaderLines(app, parts.flow) +
      (type === undefined ? '' : `Content-Type: ${type}\r\n`),
    body: app.body,
  });
}

function contactLines(app: SipMessage, flow: Flow, fallback: string | undefined): string {
  const given = app.all('contact');
  if (given.length === 0) return fallback === undefined ? '' : `Contact: ${fallback}\r\n`;
  return given.map((value) => `Contact: ${withoutLocalhost(value, flow)}\r\n`).join('');
}

function typeAndBody(app: SipMessage, body: string): string {
  const type = impliedContentType(app);
  const line = type === undefined ? '' : `Content-Type: ${type}\r\n`;
  return `${line}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** What an app may add to a CANCEL: `Reason` and the like, not the headers that identify it (§9.1). */
const NOT_ON_CANCEL = new Set([
  'from',
  'to',
  'contact',
  'p-asserted-identity',
  'require',
  'proxy-require',
  'content-type',
]);

export function cancelHeaderLines(app: SipMessage, flow: Flow): string {
  return otherHeaderLines(app, flow, NOT_ON_CANCEL);
}
