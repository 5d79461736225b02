import { createHmac, randomBytes } from 'node:crypto';
import { composeResponse } from '../message/compose';
import { paramOf, parseNameAddr, splitList } from '../message/header-values';
import type { SipMessage } from '../message/sip-message';
import { hostInUri } from '../message/uri';
import { parseVia } from '../message/via';
import { routeRequest } from '../dialog/routing';
import type { Flow } from '../transport/flow';
import { composeProxiedRequest, composeProxiedResponse, hopsLeft, STAMP } from './compose-proxied';
import type { Context } from './context';
import { flowToUri } from './next-hop';
import { namesUs } from './proxied-request';

/**
 * Requests inside dialogs that we proxied with Record-Route, and their responses: passed on without
 * keeping anything (RFC 3261 §16.11). Only a Route that we wrote for this very dialog lets a request
 * through; only a response to a request that we passed on comes back. No app sees either.
 */
export class PassThrough {
  private readonly branchKey = randomBytes(16);

  constructor(
    private readonly context: Context,
    private readonly stamp: (callId: string) => string,
  ) {}

  /** False when the request is not one of these. */
  request(request: SipMessage, flow: Flow): boolean {
    if (request.toTag === undefined || !request.has('route')) return false;
    const routes = request.all('route').flatMap((line) => splitList(line));
    const theirs = routes.findIndex((route) => !this.isOurs(route, request.callId));
    if (theirs === 0) return false;
    const left = theirs < 0 ? [] : routes.slice(theirs);
    const hops = hopsLeft(request);
    if (hops === 0) this.tooManyHops(request, flow);
    else this.pass(request, left, hops - 1);
    return true;
  }

  /** A response that belongs to no transaction of ours. False when it is not one of these either. */
  response(response: SipMessage): boolean {
    const vias = response.all('via').flatMap((line) => splitList(line));
    const ours = parseVia(vias[0] ?? '');
    const next = cameFrom(vias[1]);
    if (next === undefined || ours?.branch !== this.branch(next)) return false;
    flowToUri(this.context.network, next.uri, 'udp', (hop) => {
      if (!('flow' in hop)) return;
      hop.flow.send(composeProxiedResponse(response, response.status), () => undefined);
    });
    return true;
  }

  private isOurs(route: string, callId: string): boolean {
    const { uri } = parseNameAddr(route);
    const given = paramOf(uri.slice(uri.indexOf(';')), STAMP);
    return given !== undefined && given === this.stamp(callId) && namesUs(this.context, uri);
  }

  private pass(request: SipMessage, routes: string[], maxForwards: number): void {
    const way = routeRequest(request.uri, routes);
    flowToUri(this.context.network, way.nextHop, 'udp', (hop) => {
      if (!('flow' in hop)) return;
      const text = composeProxiedRequest(request, {
        requestUri: way.requestUri,
        flow: hop.flow,
        // §16.11: a copy of a request gets the same branch, so that the next hop knows it as one.
        branch: this.branch(cameFrom(request.get('via')) ?? { uri: '', branch: '' }),
        maxForwards,
        routes: way.routes,
      });
      hop.flow.send(text, () => undefined);
      this.context.cdrs?.passed(request, text);
    });
  }

  private tooManyHops(request: SipMessage, flow: Flow): void {
    if (request.method === 'ACK') return;
    flow.send(composeResponse(request, { status: 483 }), () => undefined);
  }

  /** Says where the request came from, so that no answer can be turned to anybody else. */
  private branch({ uri, branch }: { uri: string; branch: string }): string {
    const hash = createHmac('sha256', this.branchKey).update(`${uri} ${branch}`, 'latin1');
    return `z9hG4bK${hash.digest('hex').slice(0, 24)}`;
  }
}

/** Where responses go by a Via that bears our stamp (§18.2.2); undefined for none that can be read. */
function cameFrom(value: string | undefined): { uri: string; branch: string } | undefined {
  const via = value === undefined ? undefined : parseVia(value);
  if (value === undefined || via === undefined) return undefined;
  const first = value.slice(0, via.end);
  const params = first.includes(';') ? first.slice(first.indexOf(';')) : '';
  const host = paramOf(params, 'received') ?? via.host;
  const port = paramOf(params, 'rport') || via.port || 5060;
  const uri = `sip:${hostInUri(host)}:${port};transport=${via.transport}`;
  return { uri, branch: via.branch };
}
