import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Admit, Flow, Listener, Receive, Target } from './flow';
import { localAddressFor } from './local-address';
import { StreamFramer } from './stream-framing';
import { refusalOf } from './stream-refusal';

/** How long a connection attempt may take before the request fails over (RFC 3261 §18.4). */
const CONNECT_TIMEOUT_MS = 4000;

/**
 * SIP over TCP: accepts connections, opens them to targets, and uses one connection per remote
 * address and port in both directions. Requests for a target wait while it is being connected.
 */
export class TcpListener implements Listener {
  readonly protocol = 'tcp';
  private readonly connections = new Map<string, TcpFlow>();
  private nextId = 1;

  private constructor(
    private readonly server: Server,
    readonly host: string,
    readonly port: number,
    private readonly receive: Receive,
  ) {}

  /** Resolves when listening; rejects with the system's error when the port is taken. */
  static open(host: string, port: number, admit: Admit, receive: Receive): Promise<TcpListener> {
    const server = createServer({ noDelay: true, keepAlive: true });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        server.on('error', () => undefined);
        const bound = server.address();
        if (bound === null || typeof bound === 'string') return reject(new Error('not bound'));
        const listener = new TcpListener(server, host, bound.port, receive);
        server.on('connection', (socket) => {
          if (admit(socket.remoteAddress ?? '')) listener.adopt(socket);
          else socket.destroy();
        });
        resolve(listener);
      });
    });
  }

  flowTo(target: Target): Flow {
    const known = this.connections.get(`${target.address}:${target.port}`);
    if (known) return known;
    const socket = connect({ host: target.address, port: target.port, noDelay: true });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => {
      if (socket.connecting) socket.destroy(new Error('connect timed out'));
    });
    socket.once('connect', () => socket.setTimeout(0));
    return this.track(socket, target.address, target.port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const flow of this.connections.values()) flow.destroy();
    await closed;
  }

  private adopt(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    if (remoteAddress === undefined || remotePort === undefined) return void socket.destroy();
    this.track(socket, remoteAddress, remotePort);
  }

  private track(socket: Socket, address: string, port: number): TcpFlow {
    const key = `${address}:${port}`;
    const flow = new TcpFlow(socket, {
      address,
      port,
      localHost: localAddressFor(this.host, address),
      localPort: this.port,
      id: `tcp:${this.port}:${this.nextId++}`,
    });
    this.connections.set(key, flow);
    const framer = new StreamFramer();
    socket.on('data', (data) => {
      for (const item of framer.push(data.toString('latin1'))) {
        if (item === 'ping') socket.write('\r\n');
        else if ('broken' in item) hangUp(socket, refusalOf(item.broken));
        else this.receive(item.message, flow);
      }
    });
    socket.on('close', () => {
      if (this.connections.get(key) === flow) this.connections.delete(key);
    });
    return flow;
  }
}

/** With a last word where there is one; what else the peer sends is not read. */
function hangUp(socket: Socket, lastWord: string | undefined): void {
  if (lastWord === undefined) return void socket.destroy();
  socket.removeAllListeners('data').resume();
  socket.end(lastWord, 'latin1', () => socket.destroy());
}

class TcpFlow implements Flow {
  readonly protocol = 'tcp';
  readonly reliable = true;
  readonly address: string;
  readonly port: number;
  readonly localHost: string;
  readonly localPort: number;
  readonly id: string;
  private readonly unsent = new Set<(error: Error) => void>();
  private lastError = new Error('connection closed');

  constructor(
    private readonly socket: Socket,
    ends: Pick<Flow, 'address' | 'port' | 'localHost' | 'localPort' | 'id'>,
  ) {
    ({
      address: this.address,
      port: this.port,
      localHost: this.localHost,
      localPort: this.localPort,
      id: this.id,
    } = ends);
    socket.on('error', (error) => (this.lastError = error));
    socket.on('close', () => {
      for (const failed of this.unsent) failed(this.lastError);
      this.unsent.clear();
    });
  }

  send(text: string, failed: (error: Error) => void): void {
    if (this.socket.destroyed) return void setImmediate(failed, this.lastError);
    this.unsent.add(failed);
    this.socket.write(text, 'latin1', (error) => {
      if (!error) this.unsent.delete(failed);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }
}
