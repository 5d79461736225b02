import { isIPv6, type Server, type Socket } from 'node:net';
import { Crowd } from './crowd';
import type { ListenOptions } from './flow';

type BoundOptions = Pick<ListenOptions, 'host' | 'port' | 'admit' | 'dropped' | 'limits'>;

/** A listening socket of any connection-oriented kind: who may connect, and how it is closed. */
export class BoundServer {
  private readonly sockets = new Set<Socket>();
  /** Whose place in the crowd a connection takes. */
  private readonly from = new WeakMap<Socket, string>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly crowd: Crowd,
    private readonly dropped: BoundOptions['dropped'],
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
        const bound = new BoundServer(server, address.port, new Crowd(limits), dropped);
        // Node.js tells of a handshake that failed, or took too long, and leaves the socket open.
        server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: Socket) => {
          if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') dropped?.('silent');
          socket.destroy();
        });
        server.on('connection', (socket: Socket) => {
          const from = socket.remoteAddress ?? '';
          if (!admit(from)) return socket.destroy();
          return bound.enter(socket, from) && bound.watch(socket);
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

  /** The connection is passed on for somebody at that address; false when there is no room for him. */
  moveTo(socket: Socket, address: string): boolean {
    this.leave(socket);
    return this.enter(socket, address);
  }

  private enter(socket: Socket, address: string): boolean {
    if (this.crowd.enter(address)) this.from.set(socket, address);
    else {
      this.dropped?.('crowd');
      socket.destroy();
    }
    return this.from.has(socket);
  }

  private leave(socket: Socket): void {
    const address = this.from.get(socket);
    if (address !== undefined) this.crowd.leave(address);
    this.from.delete(socket);
  }

  private watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => {
      this.leave(socket);
      this.sockets.delete(socket);
    });
  }
}
