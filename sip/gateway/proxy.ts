import { createHmac } from 'node:crypto';
import { parseMessage } from '../message/sip-message';
import type { ServerTransaction } from '../transaction/server-transaction';
import type { App } from './app';
import type { AppConnection } from './app-connection';
import type { ProxyCommand } from './app-message';
import { hopsLeft } from './compose-proxied';
import type { Context } from './context';
import { proxied, reply } from './edge-message';
import type { IncomingRequest } from './incoming-request';
import { ProxiedRequest, type ProxyUser } from './proxied-request';
import { inviteName } from './served-request';

const TOO_MANY_HOPS = 'NOK|Rejected with 483 Too Many Hops due to Max-Forwards value of 0';

/** How a request is to be proxied, whoever says so; `sip` holds headers to add. */
export type ProxyOrders = Omit<ProxyCommand, 'kind' | 'id' | 'transactionId' | 'fullResponse'>;

/** Requests that apps give away to be proxied. From then on the app only hears what came of it. */
export class Proxies {
  private readonly live = new Set<ProxiedRequest>();

  constructor(
    private readonly context: Context,
    /** Key of the stamps by which a Record-Route of ours is known again, also after a restart. */
    private readonly stampKey: string,
  ) {}

  take(app: App, connection: AppConnection, command: ProxyCommand): void {
    const incoming = this.context.incoming.get(command.transactionId);
    const free = incoming?.app === app && incoming.held === undefined;
    if (!free || incoming.transaction.answered) {
      return connection.send(
        reply(command.id, `NOK|Unknown transaction id: ${command.transactionId}`),
      );
    }
    if (!this.release(incoming)) return connection.send(reply(command.id, TOO_MANY_HOPS));
    this.begin(incoming, command, this.listener(connection, command));
  }

  /** Proxies a request that no app was given; nobody is told what comes of it. */
  forward(incoming: IncomingRequest, orders: ProxyOrders): void {
    if (!this.release(incoming)) return;
    this.begin(incoming, orders, { onFinal: () => undefined, onDone: () => undefined });
  }

  /** A CANCEL from the network; false when the INVITE is not one that we proxy. */
  cancelled(cancel: ServerTransaction, invite: ServerTransaction): boolean {
    if (!(invite.user instanceof ProxiedRequest)) return false;
    invite.user.cancelled(cancel);
    return true;
  }

  /** The proof that a dialog was proxied by us: nobody else's requests are passed on. */
  stamp(callId: string): string {
    return createHmac('sha256', this.stampKey).update(callId, 'latin1').digest('hex').slice(0, 16);
  }

  /** The edge stops. */
  endAll(): void {
    for (const request of this.live) request.stop();
  }

  close(): void {
    for (const request of this.live) request.close();
    this.live.clear();
  }

  /** Nobody answers it any more but its targets; false when it has come too far (483). */
  private release(incoming: IncomingRequest): boolean {
    const { incoming: waiting, invites } = this.context;
    waiting.delete(incoming.id);
    const name = inviteName(incoming.request);
    if (invites.get(name) === incoming) invites.delete(name);
    incoming.settle();
    if (hopsLeft(incoming.request) > 0) return true;
    incoming.respond(483);
    return false;
  }

  private listener(
    connection: AppConnection,
    command: ProxyCommand,
  ): Pick<ProxyUser, 'onFinal' | 'onDone'> {
    const tell = (text: string): void => {
      if (connection.open) connection.send(reply(command.id, text));
    };
    let told = false;
    return {
      onFinal: (response, flow) => {
        if (command.fullResponse && !told) tell(proxied(response.text, flow));
      },
      onDone: () => {
        // Losers that answer later would look like the outcome to drachtio-srf.
        told = true;
        tell('OK|done');
      },
    };
  }

  private begin(
    incoming: IncomingRequest,
    orders: ProxyOrders,
    user: Pick<ProxyUser, 'onFinal' | 'onDone'>,
  ): void {
    const wish = {
      targets: orders.destinations,
      simultaneous: orders.simultaneous,
      followRedirects: orders.followRedirects,
      recordRoute: orders.recordRoute,
      provisionalTimeoutMs: orders.provisionalTimeoutMs,
      headers: parseMessage(orders.sip, true),
      stamp: this.stamp(incoming.request.callId),
    };
    const request = new ProxiedRequest(this.context, incoming.transaction, wish, {
      ...user,
      onOver: () => void this.live.delete(request),
    });
    this.live.add(request);
    request.begin();
  }
}
