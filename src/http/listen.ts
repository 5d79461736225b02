/**
 * Opens the server's doors, all of them or none: each hands requests and WebSocket upgrades to the same routes.
 *
 *     http, not loopback: a browser that opens a page -> 307 to https, where that listens
 *     https, given certificate, no plain door for others: the browser is told to come by https only (RFC 6797)
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { HttpAddress } from '../config';
import { openDoor, type Door, type DoorLimits } from './door';
import { isLoopback } from './loopback';
import { elsewhere } from './to-https';
import type { KeptCertificate } from './tls/kept-certificate';
import type { IsProxy } from './trusted-proxies';

export interface Listening {
  /** `http://host:port`, `https://host:port`, with the real ports, as bound and in the order of the settings. */
  addresses: string[];
  /** Takes nobody any more and cuts off, after a moment, who does not go. */
  close(): Promise<void>;
}

export interface ListenOptions {
  /** Needed by https addresses. */
  certificate?: KeptCertificate | undefined;
  /** Nobody unless told. */
  isProxy?: IsProxy | undefined;
  /** The usual ones unless a test is in a hurry. */
  limits?: DoorLimits | undefined;
}

/** The app must be gone within 2 s of SIGTERM. */
const GOOD_BYE_MS = 500;
const ONE_YEAR = 'max-age=31536000';

/** Rejects when an address cannot be had; then none is open. */
export async function listenOn(
  server: FastifyInstance,
  places: readonly HttpAddress[],
  { certificate, limits, isProxy = () => false }: ListenOptions = {},
): Promise<Listening> {
  await server.ready();
  const doors: Door[] = [];
  const strict = isStrict(places);
  const request = (asked: IncomingMessage, response: ServerResponse) => {
    const { method, url, headers, socket } = asked;
    if (isSecure(asked)) {
      if (strict && certificate?.isGiven === true)
        response.setHeader('strict-transport-security', ONE_YEAR);
    } else {
      const { localAddress } = socket;
      const byProxy = isProxy(socket.remoteAddress);
      const secure = doors.filter((door) => door.secure);
      const location = elsewhere({ method, url, headers, localAddress, byProxy }, secure);
      if (location !== null) return sendTo(location, response);
    }
    server.routing(asked, response);
  };
  const upgrade = (...upgraded: unknown[]) => server.server.emit('upgrade', ...upgraded);
  const close = async () => {
    await Promise.all(doors.map((door) => door.close(GOOD_BYE_MS)));
  };
  try {
    for (const place of places) {
      const current = certificate && (() => certificate.current);
      doors.push(
        await openDoor({ place, certificate: current, limits, isProxy, request, upgrade }),
      );
    }
  } catch (error) {
    await close();
    throw error;
  }
  certificate?.onChanged((renewed) => doors.forEach((door) => door.certify(renewed)));
  return { addresses: doors.map(addressOf), close };
}

/** A browser that was told so comes to no address of ours in the clear any more, so there must be none. */
const isStrict = (places: readonly HttpAddress[]): boolean =>
  places.every(({ secure, host }) => secure === true || isLoopback(host));

const isSecure = ({ socket }: IncomingMessage): boolean => 'encrypted' in socket;

function sendTo(location: string, response: ServerResponse): void {
  const vary = 'Upgrade-Insecure-Requests';
  response.writeHead(307, { location, vary, 'cache-control': 'no-store' }).end();
}

function addressOf({ secure, host, port }: Door): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
