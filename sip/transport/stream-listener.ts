import type { Server, Socket } from 'node:net';
import type { BoundServer } from './bound-server';
import { Connections, type ConnectionFlow, type Peer } from './connections';
import {
  CONNECTION_LIMITS,
  type Certificate,
  type Connection,
  type Flow,
  type Listener,
  type ListenOptions,
  type Target,
} from './flow';
import { Patience } from './patience';
import { StreamFramer } from './stream-framing';
import { refusalOf } from './stream-refusal';

/** What tells TCP from TLS. */
export interface StreamKind {
  protocol: 'tcp' | 'tls';
  server: Server;
  bound: BoundServer;
  /** The server's event that brings a socket on which SIP may be spoken. */
  accepted: 'connection' | 'secureConnection';
  /** The socket's event that says the same of one that we opened. */
  connected: 'connect' | 'secureConnect';
  connect(target: Target): Socket;
  certify(certificate: Certificate): void;
}

/**
 * SIP over a byte stream: accepts connections, opens them to targets, and uses each in both
 * directions. Requests for a target wait while it is being connected.
 */
export class StreamListener implements Listener {
  readonly protocol: 'tcp' | 'tls';
  readonly host: string;
  readonly port: number;
  private readonly connections: Connections;

  constructor(
    private readonly kind: StreamKind,
    private readonly options: ListenOptions,
  ) {
    this.protocol = kind.protocol;
    this.host = options.host;
    this.port = kind.bound.port;
    this.connections = new Connections(kind.protocol, { ...options, port: this.port });
    kind.server.on(kind.accepted, (socket: Socket) => this.adopt(socket));
  }

  connection(target: Target): Connection | undefined {
    return this.connections.get(target);
  }

  flowTo(target: Target): Flow {
    const known = this.connection(target);
    if (known !== undefined) return known.flow;
    const socket = this.kind.connect(target);
    const late = () => socket.destroy(new Error('connect timed out'));
    const { connectWithinMs } = this.options.limits ?? CONNECTION_LIMITS;
    const timer = setTimeout(late, connectWithinMs);
    // Nothing leaves before the certificate is checked: Node.js would send with the handshake's end.
    socket.cork();
    socket.once(this.kind.connected, () => {
      clearTimeout(timer);
      socket.uncork();
    });
    socket.once('close', () => clearTimeout(timer));
    const { address, port } = target;
    const name = this.protocol === 'tls' ? (target.name ?? address) : undefined;
    return this.track(socket, { address, port, accepted: false, name });
  }

  certify(certificate: Certificate): void {
    this.kind.certify(certificate);
  }

  async close(): Promise<void> {
    this.connections.destroyAll();
    await this.kind.bound.close();
  }

  private adopt(socket: Socket): void {
    const { remoteAddress: address, remotePort: port } = socket;
    if (address === undefined || port === undefined) socket.destroy();
    else this.track(socket, { address, port, accepted: true });
  }

  private track(socket: Socket, peer: Peer): ConnectionFlow {
    const wire = {
      write: (text: string, written: (error?: Error | null) => void) =>
        void socket.write(text, 'latin1', written),
      waiting: () => socket.writableLength,
      destroy: () => void socket.destroy(),
    };
    const flow = this.connections.add(wire, peer);
    const framer = new StreamFramer(this.options.messageLimits?.messageBytes);
    const patience = new Patience(() => socket.destroy(), this.options);
    if (peer.accepted) patience.start();
    patience.watch(socket);
    socket.on('data', (data: Buffer) => {
      flow.heard();
      let understood = false;
      for (const item of framer.push(data.toString('latin1'))) {
        if (item === 'ping') flow.pong();
        else if ('broken' in item) {
          this.options.dropped?.('unreadable');
          hangUp(socket, refusalOf(item.broken));
        } else {
          understood = true;
          this.options.receive(item.message, flow);
        }
      }
      patience.heard({ message: understood, inside: framer.isInside });
    });
    let lastError = new Error('connection closed');
    socket.on('error', (error) => (lastError = error));
    socket.on('close', () => this.connections.end(flow, lastError));
    return flow;
  }
}

/** With a last word where there is one; what else the peer sends is not read. */
function hangUp(socket: Socket, lastWord: string | undefined): void {
  if (lastWord === undefined) return void socket.destroy();
  socket.removeAllListeners('data').resume();
  socket.end(lastWord, 'latin1', () => socket.destroy());
}
