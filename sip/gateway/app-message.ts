/**
 * What an app says, taken apart: one line of `|`-separated tokens, then perhaps a SIP message.
 * Pure. A message that is not understood becomes `refused` with the text that the protocol knows.
 */
export type AppMessage =
  | { kind: 'authenticate'; id: string; secret: string; tags: string[] }
  | { kind: 'ping'; id: string }
  | { kind: 'route'; id: string; verb: string }
  | { kind: 'remove_route'; id: string; verb: string }
  | SipCommand
  | ProxyCommand
  /** Answered `NO|text`, then the connection is closed. */
  | { kind: 'refused'; id: string; text: string };

export interface SipCommand {
  kind: 'sip';
  id: string;
  transactionId: string;
  dialogId: string;
  /** Next hop of a request outside a dialog; empty when not given. */
  routeUrl: string;
  sip: string;
}

export interface ProxyCommand {
  kind: 'proxy';
  id: string;
  transactionId: string;
  recordRoute: boolean;
  fullResponse: boolean;
  followRedirects: boolean;
  simultaneous: boolean;
  /** 0 when not given. */
  provisionalTimeoutMs: number;
  destinations: string[];
  sip: string;
}

const MAX_TAGS = 20;
/** A tag of an app; the first one it gives is its name. */
export const TAG = /^[a-zA-Z0-9\-_+@:]{1,32}$/;

export function parseAppMessage(message: string): AppMessage {
  const end = message.indexOf('\r\n');
  const meta = end < 0 ? message : message.slice(0, end);
  const sip = end < 0 ? '' : message.slice(end + 2);
  const tokens = meta.split('|');
  const [id = '', kind, second = '', third = '', fourth = ''] = tokens;
  if (kind === undefined) return { kind: 'refused', id, text: 'Invalid message format' };
  switch (kind) {
    case 'sip':
      return sipCommand({
        kind,
        id,
        transactionId: second,
        dialogId: third,
        routeUrl: fourth,
        sip,
      });
    case 'authenticate':
      return { kind, id, secret: second, tags: tagsOf(third) };
    case 'ping':
      return { kind, id };
    case 'route':
    case 'remove_route':
      return { kind, id, verb: second };
    case 'proxy':
      return proxyCommand(id, tokens, sip);
    default:
      return { kind: 'refused', id, text: 'Unknown message type' };
  }
}

function sipCommand(command: SipCommand): AppMessage {
  if (command.sip.startsWith('SIP/') && command.transactionId === '') {
    return { kind: 'refused', id: command.id, text: 'transaction id missing' };
  }
  return command;
}

function tagsOf(token: string): string[] {
  return token
    .split(',')
    .filter((tag) => TAG.test(tag))
    .slice(0, MAX_TAGS);
}

function proxyCommand(id: string, tokens: string[], sip: string): AppMessage {
  const [, , transactionId = '', record, full, redirects, order, provisional = ''] = tokens;
  const destinations = tokens.slice(9).filter((destination) => destination !== '');
  if (transactionId === '' || destinations.length === 0) {
    const text = 'Invalid proxy request: not enough information provided';
    return { kind: 'refused', id, text };
  }
  return {
    kind: 'proxy',
    id,
    transactionId,
    recordRoute: record === 'remainInDialog',
    fullResponse: full === 'fullResponse',
    followRedirects: redirects === 'followRedirects',
    simultaneous: order === 'simultaneous',
    provisionalTimeoutMs: durationMs(provisional),
    destinations,
    sip,
  };
}

/** `2s`, `1500ms`, in milliseconds; 0 for anything else. */
export function durationMs(text: string): number {
  const match = /^(\d+)(ms|s)$/.exec(text);
  return match === null ? 0 : Number(match[1]) * (match[2] === 's' ? 1000 : 1);
}
