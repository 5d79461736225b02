import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely, type SecureContext } from 'node:tls';
import type { AppPlace } from './outbound-routes';

/** How long it may take to find whoever serves a request, in milliseconds, and for how many at once. */
export interface SearchLimits {
  /** To a connection, TLS included. */
  connectMs: number;
  /** To an HTTP answer, or to the secret of an app that we connected to. */
  totalMs: number;
  /** Requests whose app is being found at one time; each has a socket. */
  most: number;
}

export const SEARCH_LIMITS: SearchLimits = { connectMs: 2000, totalMs: 3000, most: 1000 };

/**
 * A socket on its way to the place; destroyed with an error when there is no connection in time. A TLS
 * peer must have a certificate for the host that was asked for (drachtio-server takes any).
 */
export function openSocket(
  { secure, host, port }: AppPlace,
  trust: SecureContext,
  connectMs: number,
): Socket {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const socket = secure
    ? connectSecurely({ host, port, secureContext: trust, ...name })
    : connect({ host, port });
  const late = () => socket.destroy(new Error(`no connection within ${connectMs} ms`));
  const timer = setTimeout(late, connectMs);
  const settled = () => clearTimeout(timer);
  socket.once(secure ? 'secureConnect' : 'connect', settled).once('close', settled);
  return socket.setNoDelay(true).setKeepAlive(true, 45_000);
}
