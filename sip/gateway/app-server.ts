import { timingSafeEqual, createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { Door } from '../guard/door';
import type { App } from './app';
import { AppConnection } from './app-connection';
import type { AppMessage, ProxyCommand, SipCommand } from './app-message';
import { reply } from './edge-message';

/** What the server does with an app that got in. */
export interface AppUser {
  /** The app a connection with these tags belongs to. */
  appFor(tags: string[]): App;
  arrived(app: App, connection: AppConnection): void;
  left(app: App, connection: AppConnection): void;
  route(app: App, connection: AppConnection, verb: string): void;
  removeRoute(app: App, connection: AppConnection, verb: string): void;
  sip(app: App, connection: AppConnection, command: SipCommand): void;
  proxy(app: App, connection: AppConnection, command: ProxyCommand): void;
  hostports(): string;
}

/** Apps read it as a drachtio-server version and want at least v0.8.2 (`enablePing`). */
const VERSION = 'v0.9.10-openline';

/**
 * The inbound side of the drachtio protocol: apps connect, prove the secret, and are then heard.
 * Whoever does not begin with `authenticate` gets one refusal and is cut off.
 */
export class AppServer {
  private readonly connections = new Map<AppConnection, App | undefined>();

  private constructor(
    private readonly server: Server,
    private readonly secret: string,
    private readonly user: AppUser,
    private readonly door: Door,
  ) {
    const handlers = {
      onMessage: (connection: AppConnection, message: AppMessage) => this.hear(connection, message),
      onClosed: (connection: AppConnection) => this.closed(connection),
    };
    server.on('connection', (socket) => {
      door.receive(socket, (visitor) => {
        this.connections.set(new AppConnection(socket, handlers, visitor), undefined);
      });
    });
  }

  /** Rejects with the system's error when the address cannot be listened on. */
  static listen(
    options: { host: string; port: number; secret: string },
    user: AppUser,
    door = new Door(),
  ): Promise<AppServer> {
    const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 45_000 });
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        reject(new Error(`drachtio ${options.host}:${options.port}: ${error.message}`));
      });
      server.listen(options.port, options.host, () => {
        resolve(new AppServer(server, options.secret, user, door));
      });
    });
  }

  get address(): { host: string; port: number } {
    const bound = this.server.address();
    if (bound === null || typeof bound === 'string') return { host: '', port: 0 };
    return { host: bound.address, port: bound.port };
  }

  /** Apps that are connected and authenticated, each connection counted. */
  get connected(): number {
    let n = 0;
    for (const app of this.connections.values()) if (app !== undefined) n++;
    return n;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.door.close();
    for (const connection of this.connections.keys()) connection.destroy();
    await closed;
  }

  private hear(connection: AppConnection, message: AppMessage): void {
    const app = this.connections.get(connection);
    if (message.kind === 'refused') return refuse(connection, message.id, message.text);
    if (message.kind === 'authenticate') return this.authenticate(connection, message);
    if (app === undefined) return refuse(connection, message.id, 'not authenticated');
    const ok = (text: string) => connection.send(reply(message.id, text));
    switch (message.kind) {
      case 'ping':
        return ok('OK|pong');
      case 'route':
        ok('OK');
        return this.user.route(app, connection, message.verb);
      case 'remove_route':
        this.user.removeRoute(app, connection, message.verb);
        return ok('OK');
      case 'sip':
        return this.user.sip(app, connection, message);
      case 'proxy':
        return this.user.proxy(app, connection, message);
    }
  }

  private authenticate(
    connection: AppConnection,
    message: AppMessage & { kind: 'authenticate' },
  ): void {
    if (!sameSecret(message.secret, this.secret)) {
      connection.visitor?.wrong();
      return refuse(connection, message.id, 'incorrect secret');
    }
    connection.visitor?.proven();
    const hostports = this.user.hostports();
    connection.send(reply(message.id, `OK|${hostports}|${VERSION}|${hostports}`));
    if (connection.authenticated) return;
    connection.authenticated = true;
    const app = this.user.appFor(message.tags);
    this.connections.set(connection, app);
    this.user.arrived(app, connection);
  }

  private closed(connection: AppConnection): void {
    const app = this.connections.get(connection);
    this.connections.delete(connection);
    if (app !== undefined) this.user.left(app, connection);
  }
}

function refuse(connection: AppConnection, id: string, text: string): void {
  connection.send(reply(id, `NO|${text}`));
  connection.end();
}

/** Takes the same time however much of the secret was right. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'latin1').digest();
  return timingSafeEqual(digest(given), digest(Buffer.from(wanted, 'utf8').toString('latin1')));
}
