/**
 * Opens the server's doors: fastify listens on the first address, every further one gets a door of
 * its own that hands requests and WebSocket upgrades to the same routes.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

export interface Listening {
  /** `http://host:port`, with the real ports. */
  addresses: string[];
  /** Closes the further doors; the first closes with the server. */
  close(): Promise<void>;
}

/** Rejects when an address is taken; the doors opened before it stay open until `close`. */
export async function listenOn(
  server: FastifyInstance,
  hosts: readonly { host: string; port: number }[],
): Promise<Listening> {
  const [first, ...others] = hosts;
  const addresses = first ? [await server.listen(first)] : [];
  const doors: Server[] = [];
  for (const { host, port } of others) {
    const door = createServer((request, response) => server.routing(request, response));
    door.on('upgrade', (...upgrade) => server.server.emit('upgrade', ...upgrade));
    await new Promise<void>((resolve, reject) => {
      door.once('error', reject);
      door.listen(port, host, resolve);
    });
    doors.push(door);
    addresses.push(addressOf(door));
  }
  const close = async () => {
    await Promise.all(doors.map((door) => new Promise((resolve) => door.close(resolve))));
  };
  return { addresses, close };
}

function addressOf(door: Server): string {
  const { address, family, port } = door.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
