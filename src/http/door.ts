/**
 * One address on which we listen, in the clear or by TLS: how many may come, how long each may take to say what he
 * wants, and that nobody is waited for who says or reads nothing. What is asked is for the routes of the server.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { CertificateText } from '../certificate-files';
import type { HttpAddress } from '../config';
import { isLoopback } from './loopback';
import type { IsProxy } from './trusted-proxies';

export interface DoorLimits {
  /** From the connection, or the last answer, to the end of the headers; TLS handshakes too. */
  headersWithinMs: number;
  /** The same to the end of the body. */
  requestWithinMs: number;
  /** Between two requests on one connection; longer than usual proxies keep theirs. */
  keepAliveMs: number;
  /** Who reads nothing of his answer, WebSockets aside. */
  unreadMs: number;
  headerBytes: number;
  /** Connections at a time, in all and of one address; loopback, where a proxy may stand, and proxies of ours have no limit of their own. */
  inAll: number;
  fromOne: number;
}

export const DOOR_LIMITS: DoorLimits = {
  headersWithinMs: 10_000,
  requestWithinMs: 30_000,
  keepAliveMs: 72_000,
  unreadMs: 120_000,
  headerBytes: 16_384,
  inAll: 10_000,
  fromOne: 2000,
};

export interface DoorOptions {
  place: HttpAddress;
  /** For https; the one of this moment. */
  certificate?: (() => CertificateText) | undefined;
  limits?: DoorLimits | undefined;
  isProxy: IsProxy;
  request: (request: IncomingMessage, response: ServerResponse) => void;
  /** False when nobody takes WebSockets any more. */
  upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;
}

export interface Door {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Handshakes from now on use it. */
  certify(certificate: CertificateText): void;
  /** Takes nobody any more; resolves when the last one has gone, who is cut off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Rejects when the address cannot be had. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { place, limits = DOOR_LIMITS } = options;
  const server = serverOf(options, limits);
  server.maxConnections = limits.inAll;
  server.keepAliveTimeout = limits.keepAliveMs;
  server.timeout = limits.unreadMs;
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (!options.upgrade(request, socket, head)) socket.destroy();
  });
  // Node.js tells of a handshake that failed, or took too long, and leaves the socket open.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  const isSpared = (address: string) => isLoopback(address) || options.isProxy(address);
  const sockets = crowdOf(server, limits.fromOne, isSpared);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.port, place.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    secure: place.secure === true,
    host: place.host,
    port,
    certify: ({ cert, key }) => {
      if (server instanceof SecureServer) server.setSecureContext({ cert, key, ...TLS });
    },
    close: (graceMs) => close(server, sockets, graceMs),
  };
}

const TLS = { minVersion: 'TLSv1.2' } as const;

function serverOf(
  { place, certificate, request }: DoorOptions,
  limits: DoorLimits,
): Server | SecureServer {
  const patience = {
    headersTimeout: limits.headersWithinMs,
    requestTimeout: limits.requestWithinMs,
    connectionsCheckingInterval: Math.ceil(limits.headersWithinMs / 4),
    maxHeaderSize: limits.headerBytes,
  };
  if (place.secure !== true) return createServer(patience, request);
  if (certificate === undefined) throw new Error('no certificate');
  const handshakeTimeout = limits.headersWithinMs;
  return createSecureServer({ ...certificate(), ...TLS, handshakeTimeout, ...patience }, request);
}

/** Whose sockets are open; one too many of an address is cut off before anything is read. */
function crowdOf(
  server: Server,
  fromOne: number,
  isSpared: (address: string) => boolean,
): Set<Socket> {
  const sockets = new Set<Socket>();
  const from = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const there = (from.get(address) ?? 0) + 1;
    if (there > fromOne && !isSpared(address)) return socket.destroy();
    from.set(address, there);
    sockets.add(socket);
    return socket.once('close', () => {
      sockets.delete(socket);
      const left = (from.get(address) ?? 1) - 1;
      if (left > 0) from.set(address, left);
      else from.delete(address);
    });
  });
  return sockets;
}

async function close(server: Server, sockets: Set<Socket>, graceMs: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, graceMs);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  await closed;
  clearTimeout(cut);
}
