import { isUtf8 } from 'node:buffer';
import { createServer, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { createServer as createSecureServer, type Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { BoundServer } from './bound-server';
import { Connections } from './connections';
import {
  CONNECTION_LIMITS,
  KEEP_ALIVE,
  type Certificate,
  type Connection,
  type Listener,
  type ListenOptions,
  type Target,
} from './flow';
import { PASSAGE_HEADER, readPassage, type PassedOn } from './passage';
import { Patience } from './patience';
import { DEFAULT_LIMITS } from '../message/limits';

/** The subprotocol that both sides must name (RFC 7118 §4.1). */
const SUBPROTOCOL = 'sip';

/**
 * SIP over WebSocket (RFC 7118): one WebSocket message is one SIP message. Browsers have no address of
 * their own (their Via and Contact say `something.invalid`), so everything for them goes by the
 * connection that they opened, and nothing any more once it is closed.
 */
export class WsListener implements Listener {
  readonly host: string;
  private readonly connections: Connections;
  private readonly upgrades: WebSocketServer;

  private constructor(
    private readonly server: HttpServer | HttpsServer,
    private readonly bound: BoundServer,
    readonly protocol: 'ws' | 'wss',
    private readonly options: ListenOptions,
  ) {
    this.host = options.host;
    const { messageLimits = DEFAULT_LIMITS } = options;
    this.upgrades = new WebSocketServer({
      noServer: true,
      maxPayload: messageLimits.messageBytes,
      perMessageDeflate: false,
      handleProtocols: () => SUBPROTOCOL,
    });
    this.connections = new Connections(protocol, { ...options, port: this.port });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') options.dropped?.('silent');
      socket.destroy();
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(request, socket, head),
    );
  }

  static async open(protocol: 'ws' | 'wss', options: ListenOptions): Promise<WsListener> {
    const server = protocol === 'ws' ? createServer(patient(options), refuse) : secure(options);
    return new WsListener(server, await BoundServer.open(server, options), protocol, options);
  }

  get port(): number {
    return this.bound.port;
  }

  connection(target: Target): Connection | undefined {
    return this.connections.get(target);
  }

  flowTo(): undefined {
    return undefined;
  }

  certify({ cert, key }: Certificate): void {
    if ('setSecureContext' in this.server) this.server.setSecureContext({ cert, key });
  }

  async close(): Promise<void> {
    this.connections.destroyAll();
    await this.bound.close();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { remoteAddress: address, remotePort: port } = request.socket;
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
    const speaksSip = offered.some((name) => name.trim().toLowerCase() === SUBPROTOCOL);
    if (!speaksSip || address === undefined || port === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const passed = this.passedOn(request);
    if (passed === 'forged') {
      this.options.dropped?.('wrongSecret');
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    if (passed !== undefined && !this.bound.moveTo(request.socket, passed.address)) return;
    this.upgrades.handleUpgrade(request, socket, head, (client) => {
      const patience = new Patience(() => client.terminate(), this.options);
      patience.start();
      patience.watch(request.socket);
      client.on('message', () => patience.heard({ message: true, inside: false }));
      this.adopt(client, passed ?? { address, port });
    });
  }

  /** Whose it is where the app passes it on; undefined for one that came by itself. */
  private passedOn({ headers }: IncomingMessage): PassedOn | 'forged' | undefined {
    const said = headers[PASSAGE_HEADER];
    if (said === undefined) return undefined;
    // The app is in the clear and on this machine, or in a network of its own: nobody else says this by TLS.
    const secret = this.protocol === 'ws' ? (this.options.passageSecret ?? '') : '';
    const key = headers['sec-websocket-key'];
    return readPassage(String(said), { secret, key, now: Date.now() }) ?? 'forged';
  }

  private adopt(client: WebSocket, peer: { address: string; port: number }): void {
    const wire = {
      write: (text: string, written: (error?: Error | null) => void) => send(client, text, written),
      waiting: () => client.bufferedAmount,
      destroy: () => client.terminate(),
    };
    const flow = this.connections.add(wire, { ...peer, accepted: true });
    client.on('ping', () => flow.heard());
    client.on('message', (data) => {
      flow.heard();
      const text = bytesOf(data).toString('latin1');
      // RFC 5626 §3.5.1 over WebSocket: a double CRLF is answered with a single one.
      if (text.trim() === '') flow.pong();
      else this.options.receive(text, flow);
    });
    let lastError = new Error('connection closed');
    client.on('error', (error) => (lastError = error));
    client.on('close', () => this.connections.end(flow, lastError));
  }
}

function secure(options: ListenOptions): HttpsServer {
  if (options.certificate === undefined) throw new Error('no certificate');
  const { cert, key } = options.certificate;
  const patience = patient(options);
  const handshakeTimeout = patience.headersTimeout;
  return createSecureServer({ cert, key, handshakeTimeout, ...patience }, refuse);
}

/** Who connects has as long to ask for a WebSocket as any other for his first message. */
function patient({ limits = CONNECTION_LIMITS }: ListenOptions) {
  const { messageWithinMs } = limits;
  return {
    headersTimeout: messageWithinMs,
    requestTimeout: messageWithinMs,
    connectionsCheckingInterval: Math.ceil(messageWithinMs / 4),
    ...KEEP_ALIVE,
  };
}

/** Here is no web page: the answer says what is expected (RFC 9110 §15.5.22). */
function refuse(
  _request: IncomingMessage,
  response: {
    writeHead(status: number, headers: Record<string, string>): { end(): void };
  },
): void {
  response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade, close' }).end();
}

/** Text frames must be UTF-8 (RFC 6455 §5.6); a message with other bytes goes as a binary one. */
function send(client: WebSocket, text: string, written: (error?: Error | null) => void): void {
  const bytes = Buffer.from(text, 'latin1');
  client.send(bytes, { binary: !isUtf8(bytes) }, written);
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
