import { isIP } from 'node:net';
import { connect, createServer } from 'node:tls';
import { BoundServer } from './bound-server';
import { contextOf } from './certificate';
import {
  CONNECTION_LIMITS,
  KEEP_ALIVE,
  type Listener,
  type ListenOptions,
  type Target,
} from './flow';
import { StreamListener } from './stream-listener';

/** A peer that has not finished its handshake by then is not going to call anybody. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * SIP over TLS (RFC 3261 §26.2.1). Peers that connect to us need no certificate; whom we connect to
 * must have one for the domain that was asked for (RFC 5922 §7.2), and sees ours when he asks.
 */
export async function openTls(options: ListenOptions): Promise<Listener> {
  if (options.certificate === undefined) throw new Error('no certificate');
  let context = contextOf(options.certificate);
  const { messageWithinMs } = options.limits ?? CONNECTION_LIMITS;
  const server = createServer({
    ...KEEP_ALIVE,
    handshakeTimeout: Math.min(HANDSHAKE_TIMEOUT_MS, messageWithinMs),
    // Asked for each handshake, so that a reload takes effect with the next one.
    SNICallback: (_name, done) => done(null, context),
    ...pemOf(options.certificate),
  });
  const bound = await BoundServer.open(server, options);
  return new StreamListener(
    {
      protocol: 'tls',
      server,
      bound,
      accepted: 'secureConnection',
      connected: 'secureConnect',
      connect: ({ address, port, name }: Target) =>
        connect({
          host: address,
          port,
          secureContext: context,
          ...(name === undefined || isIP(name) !== 0 ? {} : { servername: name }),
        })
          .setNoDelay(true)
          .setKeepAlive(true, KEEP_ALIVE.keepAliveInitialDelay),
      certify: (certificate) => {
        context = contextOf(certificate);
        server.setSecureContext(pemOf(certificate));
      },
    },
    options,
  );
}

function pemOf({ cert, key }: { cert: string; key: string }) {
  return { cert, key };
}
