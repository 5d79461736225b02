import type { Dialog } from '../dialog/dialog';
import { hopOf, routeRequest } from '../dialog/routing';
import type { Flow, Protocol } from '../transport/flow';
import type { Network } from '../transport/network';
import { resolveHost } from '../transport/resolve';

export type NextHop =
  | { flow: Flow }
  /** Why not, as apps know it. */
  | { refused: 'no-transport' | 'myself' | 'unresolved' };

/**
 * The flow to a URI. Calls back at once when the host is a literal address. `preferred` is used when
 * the URI does not name a transport; then the other one, should no listener speak it.
 */
export function flowToUri(
  network: Network,
  uri: string,
  preferred: Protocol,
  done: (hop: NextHop) => void,
): void {
  const hop = hopOf(uri);
  if (hop === undefined) return done({ refused: 'no-transport' });
  resolveHost(hop.host, (address) => {
    if (address === undefined) return done({ refused: 'unresolved' });
    const protocols = hop.protocol === undefined ? inOrder(preferred) : [hop.protocol];
    for (const protocol of protocols) {
      const target = { protocol, address, port: hop.port };
      if (network.isOwn(target)) return done({ refused: 'myself' });
      const flow = network.flowTo(target);
      if (flow !== undefined) return done({ flow });
    }
    done({ refused: 'no-transport' });
  });
}

function inOrder(preferred: Protocol): Protocol[] {
  return preferred === 'udp' ? ['udp', 'tcp'] : ['tcp', 'udp'];
}

/** The flow for the next request inside a dialog; undefined when there is no way to its peer. */
export function flowToDialog(
  network: Network,
  dialog: Dialog,
  done: (flow: Flow | undefined) => void,
): void {
  if (dialog.repaired !== undefined) return done(network.flowTo(dialog.repaired));
  if (dialog.requestUri === undefined) return done(undefined);
  const { nextHop } = routeRequest(dialog.requestUri, dialog.routeSet);
  flowToUri(network, nextHop, dialog.source.protocol, (hop) => {
    done('flow' in hop ? hop.flow : undefined);
  });
}
