import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { ClaimDirectory } from '../control/ports';
import { Door, type Visitor } from '../guard/door';
import type { App } from './app';
import { AppConnection } from './app-connection';
import type { AppMessage, ProxyCommand, SipCommand } from './app-message';
import { reply } from './edge-message';

/** What is done with an app that got in. */
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

/** Who opened a connection to an app, for one request. */
export interface Opener {
  /** The app proved the secret. */
  onReady(app: App): void;
  /** The connection is closed, and what belonged to it forgotten. */
  onClosed(): void;
}

interface Session {
  /** Undefined until the secret was right. */
  app: App | undefined;
  /** Undefined when the app connected to us. */
  opener: Opener | undefined;
}

/**
 * The drachtio protocol on connections of apps, whoever opened them: the app proves the secret, and
 * is then heard. Whoever does not begin with `authenticate` gets one refusal and is cut off.
 */
export class AppSessions {
  private readonly sessions = new Map<AppConnection, Session>();

  constructor(
    private readonly secret: string,
    private readonly user: AppUser,
    private readonly door = new Door(),
    private readonly claims?: ClaimDirectory,
  ) {
    claims?.listen({ given: (cell) => this.closeFormer(cell) });
  }

  /** The app speaks first, also when we connected to it. */
  take(socket: Socket, opener?: Opener): void {
    const handlers = {
      onMessage: (from: AppConnection, message: AppMessage) => this.hear(from, message),
      onClosed: (from: AppConnection) => this.closed(from),
    };
    const hear = (visitor?: Visitor) => {
      const connection = new AppConnection(socket, handlers, visitor);
      this.sessions.set(connection, { app: undefined, opener });
    };
    // Whom we called ourselves is no visitor; whoever called him gives him his time.
    if (opener === undefined) this.door.receive(socket, hear);
    else hear();
  }

  /** Apps that are connected and authenticated, each connection counted. */
  get connected(): number {
    let n = 0;
    for (const { app } of this.sessions.values()) if (app !== undefined) n++;
    return n;
  }

  close(): void {
    this.door.close();
    for (const connection of this.sessions.keys()) connection.destroy();
  }

  private hear(connection: AppConnection, message: AppMessage): void {
    const session = this.sessions.get(connection);
    const app = session?.app;
    if (message.kind === 'refused') return refuse(connection, message.id, message.text);
    if (message.kind === 'authenticate') return this.authenticate(connection, message);
    if (app === undefined) return refuse(connection, message.id, 'not authenticated');
    const ok = (text: string) => connection.send(reply(message.id, text));
    switch (message.kind) {
      case 'ping':
        return ok('OK|pong');
      case 'route':
        ok('OK');
        // Whom we connected to gets the one request that it was for.
        if (session?.opener !== undefined) return;
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
    if (!this.isActive(connection, message.tags)) {
      return refuse(connection, message.id, 'another app has the claim');
    }
    const hostports = this.user.hostports();
    connection.send(reply(message.id, `OK|${hostports}|${VERSION}|${hostports}`));
    if (connection.authenticated) return;
    connection.authenticated = true;
    connection.tags = message.tags;
    const session = this.sessions.get(connection);
    if (session === undefined) return;
    const { opener } = session;
    // The end of a connection that we opened ends what belongs to it: it bears no name.
    session.app = this.user.appFor(opener === undefined ? message.tags : []);
    this.user.arrived(session.app, connection);
    opener?.onReady(session.app);
  }

  /** What it has sent and we have not read is heard no more. */
  private closeFormer(cell: string): void {
    for (const connection of this.sessions.keys()) {
      const isOfCell = connection.tags[0] === cell;
      if (isOfCell && !this.isActive(connection, connection.tags)) connection.destroy();
    }
  }

  /** A connection that we opened is of no cell. */
  private isActive(connection: AppConnection, tags: readonly string[]): boolean {
    if (this.sessions.get(connection)?.opener !== undefined) return true;
    return this.claims?.mayConnect(tags) ?? true;
  }

  private closed(connection: AppConnection): void {
    const session = this.sessions.get(connection);
    this.sessions.delete(connection);
    if (session?.app !== undefined) this.user.left(session.app, connection);
    session?.opener?.onClosed();
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
