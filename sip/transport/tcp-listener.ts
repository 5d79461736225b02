import { connect, createServer } from 'node:net';
import { BoundServer } from './bound-server';
import { KEEP_ALIVE, type Listener, type ListenOptions } from './flow';
import { StreamListener } from './stream-listener';

/** SIP over TCP (RFC 3261 §18). */
export async function openTcp(options: ListenOptions): Promise<Listener> {
  const server = createServer(KEEP_ALIVE);
  const bound = await BoundServer.open(server, options);
  return new StreamListener(
    {
      protocol: 'tcp',
      server,
      bound,
      accepted: 'connection',
      connected: 'connect',
      connect: ({ address, port }) => connect({ host: address, port, ...KEEP_ALIVE }),
      certify: () => undefined,
    },
    options,
  );
}
