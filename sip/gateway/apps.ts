import type { Absence } from './absence';
import type { Answers } from './answers';
import { App } from './app';
import type { AppConnection } from './app-connection';
import type { ProxyCommand, SipCommand } from './app-message';
import type { AppUser } from './app-sessions';
import type { Cancels } from './cancels';
import type { Context } from './context';
import type { DialogOutbound } from './dialog-outbound';
import { reply } from './edge-message';
import type { Endings } from './endings';
import type { Inbound } from './inbound';
import type { Outbound } from './outbound';
import type { Proxies } from './proxy';

interface Parts {
  absence: Absence;
  answers: Answers;
  cancels: Cancels;
  endings: Endings;
  inbound: Inbound;
  outbound: Outbound;
  dialogs: DialogOutbound;
  proxy: Proxies;
}

/** What apps do: come, register, send, go. Decides whose command it is; the parts carry it out. */
export class Apps implements AppUser {
  constructor(
    private readonly context: Context,
    private readonly parts: Parts,
  ) {}

  appFor(tags: string[]): App {
    const name = tags[0];
    const { lineLimit } = this.context;
    if (name === undefined) return new App(undefined, lineLimit);
    return this.parts.absence.named(name, () => new App(name, lineLimit));
  }

  arrived(app: App, connection: AppConnection): void {
    const { log } = this.context;
    log.info({ app: app.name }, 'app connected');
    // A second connection of the same name knows nothing of what the first one began.
    if (app.present) this.parts.absence.lost(app);
    app.connections.push(connection);
    if (app.lostAt !== undefined) this.parts.absence.back(app);
  }

  left(app: App, connection: AppConnection): void {
    const wasOwner = app.owner === connection;
    app.connections.splice(app.connections.indexOf(connection), 1);
    this.context.routes.removeAll(connection);
    this.context.log.info({ app: app.name, dialogs: app.dialogs.size }, 'app disconnected');
    if (app.name === undefined) return this.dropAll(app);
    if (!wasOwner) return;
    this.parts.absence.lost(app);
    if (app.present) this.parts.absence.back(app);
  }

  route(app: App, connection: AppConnection, verb: string): void {
    this.context.routes.add(verb, app, connection);
    app.verbs.add(verb);
    if (verb !== 'invite' || app.owner !== connection) return;
    for (const incoming of this.parts.absence.takeWaiting(app)) {
      this.parts.inbound.deliver(incoming, app);
    }
  }

  removeRoute(app: App, connection: AppConnection, verb: string): void {
    this.context.routes.remove(verb, connection);
    if (app.owner === connection) app.verbs.delete(verb);
  }

  /** The order of these questions is the protocol's: first match wins. */
  sip(app: App, connection: AppConnection, command: SipCommand): void {
    if (command.sip.startsWith('SIP/')) {
      const answer = this.parts.answers.take(app, command);
      const message = 'nok' in answer ? reply(command.id, answer.nok) : answer.message;
      return connection.send(message);
    }
    if (command.dialogId !== '') return this.parts.dialogs.take(app, connection, command);
    if (command.transactionId !== '') return this.parts.cancels.take(app, connection, command);
    this.parts.outbound.take(app, connection, command);
  }

  proxy(app: App, connection: AppConnection, command: ProxyCommand): void {
    this.parts.proxy.take(app, connection, command);
  }

  hostports(): string {
    return this.context.network.hostports().join(',');
  }

  /** Without a name nothing outlives the connection; a BYE then finds no dialog (481). */
  private dropAll(app: App): void {
    for (const held of [...app.dialogs]) {
      this.context.cdrs?.lost(held);
      this.parts.endings.forget(held);
    }
    for (let next = app.line.next(); next !== undefined; next = app.line.next()) {
      this.context.incoming.delete(next.id);
      next.settle();
      this.parts.inbound.offerAgain(next);
    }
    for (const incoming of [...app.incoming]) {
      this.context.incoming.delete(incoming.id);
      if (incoming.transaction.answered) incoming.settle();
      else this.parts.inbound.orphaned(incoming);
    }
    for (const outgoing of app.outgoing) this.context.outgoing.delete(outgoing.id);
  }
}
