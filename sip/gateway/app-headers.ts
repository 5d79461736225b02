import { isToken, spellHeader } from '../message/header-names';
import type { SipMessage } from '../message/sip-message';
import { hostInUri } from '../message/uri';

/**
 * Which headers of an app's message go onto the wire, and how: spelled canonically, `localhost`
 * replaced by the listener's address, what belongs to the stack left out. Pure.
 */

/** Our end of the flow the message leaves by. */
export interface LocalEnd {
  localHost: string;
  localPort: number;
}

/** The stack writes these itself, whatever the app says. */
const NEVER_TAKEN = ['via', 'route', 'record-route', 'rseq', 'content-length'];
/** Written apart, in a fixed order. */
const WRITTEN_APART = ['from', 'to', 'call-id', 'cseq', 'max-forwards', 'contact'];
const skipped = new Set([...NEVER_TAKEN, ...WRITTEN_APART]);

/** The remaining headers as lines. `except` names keys that this kind of message never takes. */
export function otherHeaderLines(
  app: SipMessage,
  local: LocalEnd,
  except?: ReadonlySet<string>,
): string {
  let lines = '';
  app.forEach((key, name, value) => {
    if (skipped.has(key) || except?.has(key) || !isToken(name)) return;
    const text = key === 'p-asserted-identity' ? withoutLocalhost(value, local) : value;
    lines += `${spellHeader(name)}: ${text}\r\n`;
  });
  return lines;
}

/** `@localhost` with any port becomes address:port of the listener; a bare URI gets brackets. */
export function withoutLocalhost(value: string, local: LocalEnd): string {
  return value.includes('@localhost')
    ? substitute(value, /(@)localhost(?![\w.-])(?::\d+)?/g, local)
    : value;
}

/** The same for a From of a request outside dialogs, where the user part may be missing. */
export function fromWithoutLocalhost(value: string, local: LocalEnd): string {
  if (!value.includes('localhost')) return value;
  return substitute(value, /(@|sips?:)localhost(?![\w.-])(?::\d+)?/g, local);
}

function substitute(value: string, pattern: RegExp, local: LocalEnd): string {
  const place = `${hostInUri(local.localHost)}:${local.localPort}`;
  return bracketed(value.replace(pattern, (_, before: string) => before + place));
}

/** RFC 3261 §20.10: without brackets the parameters would be the header's. */
export function bracketed(value: string): string {
  if (value.includes('<')) return value;
  const semicolon = value.indexOf(';');
  return semicolon < 0 ? `<${value}>` : `<${value.slice(0, semicolon)}>${value.slice(semicolon)}`;
}

/** `<sip:host:port[;transport=tcp]>` of the listener. URIs know `ws` only (RFC 7118 §10.1). */
export function defaultContact(flow: LocalEnd & { protocol: string }): string {
  const name = flow.protocol === 'wss' ? 'ws' : flow.protocol;
  const transport = name === 'udp' ? '' : `;transport=${name}`;
  return `<sip:${hostInUri(flow.localHost)}:${flow.localPort}${transport}>`;
}

/** The type a body goes out with: the app's, or SDP when it looks like that; else undefined. */
export function impliedContentType(app: SipMessage): string | undefined {
  const typed = app.has('content-type') || app.bodyAt >= app.text.length;
  return !typed && app.text.startsWith('v=0', app.bodyAt) ? 'application/sdp' : undefined;
}

/** Body without any type: an error in requests. */
export function lacksContentType(app: SipMessage): boolean {
  if (app.bodyAt >= app.text.length || app.has('content-type')) return false;
  return impliedContentType(app) === undefined;
}
