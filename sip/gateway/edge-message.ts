import { randomUUID } from 'node:crypto';
import { spellOut } from '../message/header-names';
import { isWebSocket, type Flow } from '../transport/flow';
import type { CallRecord } from './cdr/record';

/**
 * What the edge says to an app: replies to its messages and SIP traffic, in the exact token layouts
 * that drachtio-srf reads by position. Everything but the id is a function of its arguments.
 */

/** Where a SIP message came from or went to, as apps are told. */
export interface Place {
  protocol: string;
  address: string;
  port: number;
}

/** For what no network was involved in: a connection that failed, a transaction that timed out. */
export const NOWHERE: Place = { protocol: 'unknown', address: '', port: 0 };

/** The sender's view of a request that was sent: our own end over UDP, the far end over TCP. */
export function placeOfSent(flow: Flow): Place {
  const { protocol } = flow;
  return flow.reliable
    ? { protocol, address: flow.address, port: flow.port }
    : { protocol, address: flow.localHost, port: flow.localPort };
}

export function reply(to: string, text: string): string {
  return `${randomUUID()}|response|${to}|${text}`;
}

/** Echo of a response the app gave: the layout with the dialog id. */
export function echoResponse(
  to: string,
  sent: { text: string; place: Place; transactionId: string; dialogId: string },
): string {
  const meta = metaOf('application', sent.text, sent.place);
  return reply(to, `OK|${meta}|${sent.transactionId}|${sent.dialogId}||Msg sent:|\r\n${sent.text}`);
}

/** Echo of a request the app made: the layout without the dialog id. */
export function echoRequest(
  to: string,
  sent: { text: string; place: Place; transactionId: string },
): string {
  const meta = metaOf('application', sent.text, sent.place);
  return reply(to, `OK|${meta}|${sent.transactionId}|Msg sent:|\r\n${sent.text}`);
}

/** What one target of a proxied request answered; more may follow until `OK|done`. */
export function proxied(text: string, place: Place): string {
  return `OK|${metaOf('network', text, place)}|||continue\r\n${text}`;
}

/** A request outside any dialog; two more tokens say which of our listeners took it. */
export function newRequest(text: string, flow: Flow, transactionId: string): string {
  // drachtio-srf knows some of the compact names, and one of them wrongly.
  const spelled = spellOut(text);
  const meta = metaOf('network', spelled, flow);
  const on = `${flow.localHost}|${flow.localPort}`;
  return `${randomUUID()}|sip|${meta}|${transactionId}||${on}|\r\n${spelled}`;
}

/** Every other SIP message from the network. */
export function traffic(
  text: string,
  place: Place,
  ids: { transactionId: string; dialogId: string },
): string {
  const spelled = spellOut(text);
  const meta = metaOf('network', spelled, place);
  return `${randomUUID()}|sip|${meta}|${ids.transactionId}|${ids.dialogId}|\r\n${spelled}`;
}

/** A BYE that the edge sent on its own account. */
export function unsolicited(text: string, place: Place, dialogId: string): string {
  const meta = metaOf('application', text, place);
  return `${randomUUID()}|sip|${meta}|unsolicited|${dialogId}|\r\n${text}`;
}

/** A call detail record with the message that it is about. */
export function callRecord(record: CallRecord, text: string): string {
  const { kind, source } = record;
  const more = kind === 'attempt' ? '' : `|${kind === 'start' ? record.role : record.reason}`;
  return `${randomUUID()}|cdr:${kind}|${source}|${timeOfDay()}${more}\r\n${text}`;
}

function metaOf(source: 'network' | 'application', text: string, place: Place): string {
  const { address, port } = place;
  return `${source}|${text.length}|${shown(place.protocol)}|${address}|${port}|${timeOfDay()}`;
}

/** drachtio knows no name of its own for WebSockets: apps see them as `tcp`. */
export function shown(protocol: string): string {
  return isWebSocket(protocol) ? 'tcp' : protocol;
}

let lastMs = -1;
let lastText = '';

/** `HH:MM:SS.uuuuuu`, UTC. Messages come in bursts, so one text serves a whole millisecond. */
function timeOfDay(): string {
  const now = Date.now();
  if (now !== lastMs) {
    lastMs = now;
    lastText = `${new Date(now).toISOString().slice(11, 23)}000`;
  }
  return lastText;
}
