import { createServer } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { BoundServer } from '../transport/bound-server';
import type { Certificate } from '../transport/flow';
import type { AppSessions } from './app-sessions';

/** Where apps connect to us. */
export interface AppListen {
  host: string;
  port: number;
  /** By TLS too, or by TLS only: then `host` and `port` are not listened on. */
  tls?: { host: string; port: number; certificate: Certificate; only: boolean } | undefined;
}

interface Entrance {
  bound: BoundServer;
  host: string;
  port: number;
}

const SOCKET = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 45_000 };
/** An app that has not finished its handshake by then is none. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The inbound side of the drachtio protocol: where apps connect, in the clear or by TLS. */
export class AppServer {
  private constructor(
    private readonly plain: Entrance | undefined,
    private readonly secure: (Entrance & { server: TlsServer }) | undefined,
  ) {}

  /** Rejects with the system's error when an address cannot be listened on. */
  static async listen(listen: AppListen, sessions: AppSessions): Promise<AppServer> {
    const { tls } = listen;
    const plain = tls?.only === true ? undefined : await openPlain(listen, sessions);
    try {
      return new AppServer(plain, tls === undefined ? undefined : await openTls(tls, sessions));
    } catch (error) {
      await plain?.bound.close();
      throw error;
    }
  }

  /** Port 0: apps get in by TLS only. */
  get address(): { host: string; port: number } {
    return this.plain === undefined ? { host: '', port: 0 } : addressOf(this.plain);
  }

  get tlsAddress(): { host: string; port: number } | undefined {
    return this.secure && addressOf(this.secure);
  }

  /** Handshakes from now on use this certificate; apps that are connected stay so. */
  certify({ cert, key }: Certificate): void {
    this.secure?.server.setSecureContext({ cert, key });
  }

  async close(): Promise<void> {
    await Promise.all([this.plain?.bound.close(), this.secure?.bound.close()]);
  }
}

async function openPlain(
  { host, port }: { host: string; port: number },
  sessions: AppSessions,
): Promise<Entrance> {
  const server = createServer(SOCKET, (socket) => sessions.take(socket));
  const bound = await open(server, { host, port });
  return { bound, host, port: bound.port };
}

async function openTls(
  { host, port, certificate: { cert, key } }: NonNullable<AppListen['tls']>,
  sessions: AppSessions,
): Promise<Entrance & { server: TlsServer }> {
  const options = { ...SOCKET, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, cert, key };
  const server = createTlsServer(options, (socket) => sessions.take(socket));
  const bound = await open(server, { host, port });
  return { bound, server, host, port: bound.port };
}

function open(
  server: Parameters<typeof BoundServer.open>[0],
  { host, port }: { host: string; port: number },
): Promise<BoundServer> {
  return BoundServer.open(server, { host, port, admit: () => true }).catch((error: Error) => {
    throw new Error(`drachtio ${host}:${port}: ${error.message}`);
  });
}

function addressOf({ host, port }: Entrance): { host: string; port: number } {
  return { host, port };
}
