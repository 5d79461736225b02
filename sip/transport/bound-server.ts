import { isIPv6, type Server, type Socket } from 'node:net';
import { Crowd } from './crowd';
import type { ListenOptions } from './flow';

type BoundOptions = Pick<ListenOptions, 'host' | 'port' | 'admit' | 'dropped' | 'limits'>;

/** A listening socket of any connection-oriented kind: who may connect, and how it is closed. */
export class BoundServer {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /**
   * Resolves when listening; rejects with the system's error when the port is taken. Sources that are
   * not admitted are cut off before anything is read, TLS handshakes included.
   */
  static open(
    server: Server,
    { host, port, admit, dropped, limits }: BoundOptions,
  ): Promise<BoundServer> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      // IPv4 has listeners of its own, as on UDP.
      server.listen({ port, host, ipv6Only: isIPv6(host) }, () => {
        server.off('error', reject);
        // Failures of single connections are theirs alone.
        server.on('error', () => undefined);
        const address = server.address();
        if (address === null || typeof address === 'string') return reject(new Error('not bound'));
        const bound = new BoundServer(server, address.port);
        const crowd = new Crowd(limits);
        // Node.js tells of a handshake that failed, or took too long, and leaves the socket open.
        server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
          if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') dropped?.('silent');
          socket.destroy();
        });
        server.on('connection', (socket: Socket) => {
          const from = socket.remoteAddress ?? '';
          if (!admit(from)) return socket.destroy();
          if (!crowd.enter(from)) {
            dropped?.('crowd');
            return socket.destroy();
          }
          socket.once('close', () => crowd.leave(from));
          return bound.watch(socket);
        });
        resolve(bound);
      });
    });
  }

  /** Ends every connection, those in the middle of a handshake too. */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    return closed;
  }

  private watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }
}
