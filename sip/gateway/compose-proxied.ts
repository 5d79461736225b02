import { splitList } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';
import { hostInUri } from '../message/uri';
import { viaLine } from '../dialog/dialog';
import type { Flow } from '../transport/flow';
import { otherHeaderLines } from './app-headers';

/**
 * Requests and responses as a proxy passes them on (RFC 3261 §16.6, §16.7): everything stays as it
 * came but what belongs to the hop. Pure.
 */

/** What a proxied request takes besides the request itself. */
export interface ProxiedParts {
  requestUri: string;
  flow: Flow;
  branch: string;
  maxForwards: number;
  /** Route values that remain; those of the request itself are not taken. */
  routes?: readonly string[];
  /** Lines that go on top, below our Via: Record-Route, Path. */
  record?: string;
  /** Further headers of the app, as it wrote them. */
  app?: SipMessage;
}

/** The hop writes these itself. */
const OF_THE_HOP = new Set(['via', 'route', 'max-forwards', 'content-length']);

export function composeProxiedRequest(request: SipMessage, parts: ProxiedParts): string {
  const { requestUri, flow, branch, maxForwards, routes = [], record = '', app } = parts;
  let vias = '';
  for (const value of request.all('via')) vias += `Via: ${value}\r\n`;
  let routeLines = '';
  for (const value of routes) routeLines += `Route: ${value}\r\n`;
  let others = '';
  request.forEach((key, name, value) => {
    if (!OF_THE_HOP.has(key)) others += `${name}: ${value}\r\n`;
  });
  const { body } = request;
  return (
    `${request.method} ${requestUri} SIP/2.0\r\n${viaLine(flow, branch)}${vias}${record}` +
    `${routeLines}Max-Forwards: ${maxForwards}\r\n${others}` +
    (app === undefined ? '' : otherHeaderLines(app, flow)) +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/** §16.6 step 3; 70 when the request has none or nonsense. */
export function hopsLeft(request: SipMessage): number {
  const value = request.get('max-forwards') ?? '';
  return /^\d{1,3}$/.test(value) ? Number(value) : 70;
}

/** The response without its topmost Via value, which was ours (§16.7 step 3). `more` is added. */
export function composeProxiedResponse(response: SipMessage, status: number, more = ''): string {
  let lines = '';
  let first = true;
  response.forEach((key, name, value) => {
    if (key === 'content-length') return;
    if (key !== 'via' || !first) return void (lines += `${name}: ${value}\r\n`);
    first = false;
    const rest = splitList(value).slice(1).join(', ');
    if (rest !== '') lines += `${name}: ${rest}\r\n`;
  });
  const reason = status === response.status ? response.reason : 'Server Internal Error';
  const { body } = response;
  return (
    `SIP/2.0 ${status} ${reason}\r\n${lines}${more}` +
    `Content-Length: ${body.length}\r\n\r\n${body}`
  );
}

/**
 * Record-Route for a request that came over one flow and leaves over another: one value, or two
 * when both sides see us at different addresses (RFC 5658). `stamp` proves later that it is ours.
 */
export function recordRouteLines(came: Flow, leaves: Flow, stamp: string): string {
  const far = ourRoute(leaves, stamp);
  const near = ourRoute(came, stamp);
  return far === near
    ? `Record-Route: ${far}\r\n`
    : `Record-Route: ${far}\r\nRecord-Route: ${near}\r\n`;
}

/** RFC 3327: the registrar remembers us as the way to the phone. */
export function pathLines(came: Flow, stamp: string): string {
  return `Path: ${ourRoute(came, stamp)}\r\nRequire: path\r\n`;
}

/** The URI parameter by which we recognise a route that we wrote. */
export const STAMP = 'olr';

function ourRoute(flow: Flow, stamp: string): string {
  const transport = flow.protocol === 'udp' ? '' : `;transport=${flow.protocol}`;
  return `<sip:${hostInUri(flow.localHost)}:${flow.localPort}${transport};lr;${STAMP}=${stamp}>`;
}
