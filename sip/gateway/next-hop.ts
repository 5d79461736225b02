import { isIP } from 'node:net';
import type { Dialog } from '../dialog/dialog';
import { hopOf, routeRequest } from '../dialog/routing';
import type { Flow, Protocol, Target } from '../transport/flow';
import type { Network } from '../transport/network';

export type NextHop =
  /** `rest`: where else it may go, in order, should this way fail (RFC 3263 §4.3). */
  | { flow: Flow; rest: Target[] }
  /** Why not, as apps know it. */
  | { refused: 'no-transport' | 'myself' | 'unresolved' };

/**
 * The flow to a URI. Calls back at once when the host is a literal address. `preferred` is used when
 * neither the URI nor its domain names a transport; then another, should no listener speak it.
 */
export function flowToUri(
  network: Network,
  uri: string,
  preferred: Protocol,
  done: (hop: NextHop) => void,
): void {
  const hop = hopOf(uri);
  if (hop === undefined) return done({ refused: 'no-transport' });
  network.locate(hop, [preferred, 'udp', 'tcp'], (targets) => {
    if (targets.length > 0) done(firstReachable(network, targets));
    else done({ refused: isIP(hop.host) === 0 ? 'unresolved' : 'no-transport' });
  });
}

/** Bytes; drachtio-server's udp-mtu. What is longer may lose a fragment once too often. */
export const LONGEST_DATAGRAM = 4096;

/**
 * RFC 3261 §18.1.1: a request too long for a datagram goes to the same place by TCP, unless the URI asks
 * for a transport; where nobody takes the connection it goes by UDP after all. Between 1300 bytes, which
 * the RFC names, and ours it is left to IP fragments: many carriers have UDP and nothing else, and
 * would cost a connection attempt each time.
 */
export function forLength(network: Network, uri: string, hop: NextHop, bytes: number): NextHop {
  if (!('flow' in hop) || hop.flow.protocol !== 'udp' || bytes <= LONGEST_DATAGRAM) return hop;
  if (hopOf(uri)?.protocol !== undefined) return hop;
  const { address, port } = hop.flow;
  const flow = network.flowTo({ protocol: 'tcp', address, port });
  const datagram: Target = { protocol: 'udp', address, port };
  return flow === undefined ? hop : { flow, rest: [datagram, ...hop.rest] };
}

/** The first of the targets that there is a way to. */
export function firstReachable(network: Network, targets: Target[]): NextHop {
  for (const [at, target] of targets.entries()) {
    if (network.isOwn(target)) return { refused: 'myself' };
    const flow = network.flowTo(target);
    if (flow !== undefined) return { flow, rest: targets.slice(at + 1) };
  }
  return { refused: 'no-transport' };
}

/**
 * The flow for the next request inside a dialog; undefined when there is no way to its peer. Without
 * routes a peer that connected to us is reached by its connection: behind a NAT or in a browser there
 * is no other way to it (RFC 5923, RFC 7118 §5).
 */
export function flowToDialog(
  network: Network,
  dialog: Dialog,
  done: (flow: Flow | undefined) => void,
): void {
  const own = dialog.routeSet.length === 0 ? network.acceptedFrom(dialog.source) : undefined;
  if (own !== undefined) return done(own);
  if (dialog.repaired !== undefined) return done(network.flowTo(dialog.repaired));
  if (dialog.requestUri === undefined) return done(undefined);
  const { nextHop } = routeRequest(dialog.requestUri, dialog.routeSet);
  flowToUri(network, nextHop, dialog.source.protocol, (hop) => {
    done('flow' in hop ? hop.flow : undefined);
  });
}
