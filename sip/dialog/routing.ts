import { parseNameAddr, splitList } from '../message/header-values';
import { parseUri } from '../message/uri';
import type { Protocol, Target } from '../transport/flow';

/**
 * Where a request inside a dialog goes (RFC 3261 §12.2.1.1): Request-URI, Route lines and the URI of
 * the next hop, from remote target and route set. Pure.
 */
export interface RequestRoute {
  requestUri: string;
  /** Values of Route, in order. */
  routes: readonly string[];
  nextHop: string;
}

export function routeRequest(target: string, routeSet: readonly string[]): RequestRoute {
  const first = routeSet[0];
  if (first === undefined) return { requestUri: target, routes: [], nextHop: target };
  const firstUri = parseNameAddr(first).uri;
  if (/;lr\b/i.test(firstUri)) return { requestUri: target, routes: routeSet, nextHop: firstUri };
  // A strict router (RFC 2543): it becomes the Request-URI and the target goes to the end.
  return {
    requestUri: firstUri,
    routes: [...routeSet.slice(1), `<${target}>`],
    nextHop: firstUri,
  };
}

/** Record-Route lines as one list; the UAC reverses it (RFC 3261 §12.1.2). */
export function routeSetFrom(recordRoutes: readonly string[]): string[] {
  return recordRoutes.flatMap((line) => splitList(line));
}

/** The URI of the first Contact; undefined when there is none or it is `*`. */
export function contactUri(contact: string | undefined): string | undefined {
  if (contact === undefined) return undefined;
  const uri = parseNameAddr(splitList(contact)[0] ?? '').uri;
  return uri === '' || uri === '*' ? undefined : uri;
}

/**
 * Host, port and transport a URI asks for; the latter two are undefined when it does not say (RFC 3263
 * §4.1 finds them). `sips` asks for TLS (RFC 3261 §26.2.2). Undefined for what is no SIP URI, and for
 * transports that we do not speak.
 */
export function hopOf(
  uri: string,
): { host: string; port: number | undefined; protocol: Protocol | undefined } | undefined {
  const parsed = parseUri(uri);
  if (parsed === undefined) return undefined;
  const { host, port, scheme } = parsed;
  const transport = /;transport=([a-z0-9-]+)/i.exec(parsed.tail)?.[1]?.toLowerCase();
  const protocol = TRANSPORTS.find((one) => one === transport);
  if (transport !== undefined && protocol === undefined) return undefined;
  if (scheme === 'sip') return { host, port, protocol };
  if (protocol === 'udp') return undefined;
  return { host, port, protocol: protocol === 'ws' || protocol === 'wss' ? 'wss' : 'tls' };
}

const TRANSPORTS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** RFC 1918. */
const PRIVATE = /^(?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;

/**
 * NAT repair: where requests go instead of the Contact, because the packet came from elsewhere than
 * the Contact says and no proxy recorded itself. The Request-URI stays the Contact. A UAC compares
 * hosts only, and does so with a first route that is a private address; a UAS also compares a port that
 * the Contact names, but only what came over UDP: whoever connected to us did so from any port, and
 * once that connection is gone (`flowToDialog` tries it first) there is nobody.
 */
export function natTarget(
  role: 'uas' | 'uac',
  target: string,
  routeSet: readonly string[],
  source: Target,
): Target | undefined {
  const [route] = routeSet;
  if (route !== undefined) {
    const host = parseUri(parseNameAddr(route).uri)?.host ?? '';
    return role === 'uac' && PRIVATE.test(host) && host !== source.address ? source : undefined;
  }
  if (role === 'uas' && source.protocol !== 'udp') return undefined;
  const contact = parseUri(target);
  if (contact === undefined) return undefined;
  const moved = contact.host !== source.address;
  const otherPort = contact.port !== undefined && contact.port !== source.port;
  return moved || (role === 'uas' && otherPort) ? source : undefined;
}
