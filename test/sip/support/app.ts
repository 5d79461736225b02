import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import SrfClass = require('drachtio-srf');
import type { Engine } from './engine';
import { SECRET } from './engine';

/** What the tests use of drachtio-srf, unmodified, straight from the package. */
export interface Req extends EventEmitter {
  method: string;
  uri: string;
  body: string;
  source_address: string;
  source_port: number;
  protocol: string;
  get(name: string): string;
  has(name: string): boolean;
  cancel(): void;
}

export interface Res {
  send(
    status: number,
    options?: { headers?: Record<string, string>; body?: string },
    done?: (error: unknown, sent: Req) => void,
    /** The PRACK of a reliable provisional, or the ACK of a 200. */
    acknowledged?: (ack: Req) => void,
  ): void;
}

export interface Dlg extends EventEmitter {
  id: string;
  connected: boolean;
  sip: { callId: string; localTag: string; remoteTag: string };
  destroy(): Promise<unknown>;
  modify(sdp: string): Promise<string>;
  request(options: { method: string; body?: string; headers?: Record<string, string> }): Promise<{
    status: number;
    body: string;
  }>;
}

/** What came of a proxied request: every final answer of a target, and whether one was 200. */
export interface Proxied {
  connected: boolean;
  responses: { msgs: { status: number }[] }[];
}

type Handler = (req: Req, res: Res) => void;

export interface App extends EventEmitter {
  connect(options: {
    host: string;
    port: number;
    secret: string;
    reconnect: object;
    tls?: object;
  }): void;
  listen(options: { host: string; port: number; secret: string; tls?: object }): Server;
  /** Closes the connection that the request came by. */
  endSession(res: Res): void;
  disconnect(): void;
  invite(handler: Handler): void;
  register(handler: Handler): void;
  options(handler: Handler): void;
  message(handler: Handler): void;
  subscribe(handler: Handler): void;
  notify(handler: Handler): void;
  createUAS(
    req: Req,
    res: Res,
    options: { localSdp?: string; headers?: Record<string, string> },
  ): Promise<Dlg>;
  createUAC(
    uri: string,
    options: {
      /** INVITE, or SUBSCRIBE. */
      method?: string;
      localSdp?: string;
      headers?: Record<string, string>;
      callingNumber?: string;
      proxy?: string;
    },
    progress?: { cbRequest?(error: unknown, req: Req): void; cbProvisional?(res: Req): void },
  ): Promise<Dlg>;
  createB2BUA(req: Req, res: Res, uri: string, options?: object): Promise<{ uas: Dlg; uac: Dlg }>;
  request(uri: string, options: object): Promise<EventEmitter>;
  proxyRequest(req: Req, to: string | string[], options?: object): Promise<Proxied>;
  app: { client: { _getDefaultSocket(): Socket | undefined } };
}

/** A drachtio-srf app, connected. `routes` are set before it connects. */
export async function startApp(
  engine: Pick<Engine, 'drachtio'>,
  { tag, routes, tls }: { tag?: string | string[]; routes?: (app: App) => void; tls?: object } = {},
): Promise<App> {
  const app = newApp(tag);
  routes?.(app);
  const connected = once(app, 'connect');
  // When the engine goes it stays gone: an app that tries again for ever would outlive its test.
  const options = { ...engine.drachtio, secret: SECRET, reconnect: { maxAttempts: 1 } };
  app.connect(tls === undefined ? options : { ...options, tls });
  await connected;
  return app;
}

/** A drachtio-srf app that waits for connections of the engine. */
export interface ListeningApp {
  app: App;
  port: number;
  /** Connections that are open now. */
  sockets: Set<Socket>;
  /** Connections there ever were. */
  taken: () => number;
  close(): void;
}

/** `routes` are set before it listens, on any free port of loopback. */
export async function listeningApp({
  tag,
  routes,
  tls,
  secret = SECRET,
}: {
  tag?: string;
  routes?: (app: App) => void;
  tls?: object;
  secret?: string;
} = {}): Promise<ListeningApp> {
  const app = newApp(tag);
  routes?.(app);
  const place = { host: '127.0.0.1', port: 0, secret };
  const server = app.listen(tls === undefined ? place : { ...place, tls });
  const sockets = new Set<Socket>();
  let taken = 0;
  server.on('connection', (socket: Socket) => {
    taken++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const { port } = server.address() as AddressInfo;
  return { app, port, sockets, taken: () => taken, close };
}

function newApp(tag?: string | string[]): App {
  const make = SrfClass as unknown as new (tags?: string[]) => App;
  const app = tag === undefined ? new make() : new make([tag].flat());
  // A dropped connection is part of some tests; without a listener it would be an exception.
  app.on('error', () => undefined);
  return app;
}
