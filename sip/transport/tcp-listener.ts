import { connect, createServer } from 'node:net';
import { BoundServer } from './bound-server';
import type { Listener, ListenOptions } from './flow';
import { StreamListener } from './stream-listener';

/** SIP over TCP (RFC 3261 §18). */
export async function openTcp(options: ListenOptions): Promise<Listener> {
  const server = createServer({ noDelay: true, keepAlive: true });
  const bound = await BoundServer.open(server, options);
  return new StreamListener(
    {
      protocol: 'tcp',
      server,
      bound,
      accepted: 'connection',
      connected: 'connect',
      connect: ({ address, port }) => connect({ host: address, port, noDelay: true }),
      certify: () => undefined,
    },
    options,
  );
}
