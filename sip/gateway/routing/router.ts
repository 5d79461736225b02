import type { SecureContext } from 'node:tls';
import { trustOf } from '../../transport/certificate';
import { RETRY_AFTER } from '../absence-policy';
import type { App } from '../app';
import type { AppSessions } from '../app-sessions';
import type { Context } from '../context';
import { shown } from '../edge-message';
import type { IncomingRequest } from '../incoming-request';
import type { Proxies } from '../proxy';
import { askRoute } from './ask-route';
import { openSocket, SEARCH_LIMITS, type SearchLimits } from './open-socket';
import {
  outboundRoute,
  type AppPlace,
  type OutboundRoute,
  type OutboundRoutes,
} from './outbound-routes';
import { readRouteAnswer, type RouteAnswer } from './route-answer';
import { urlWithQuery } from './route-query';

export interface RouterOptions {
  routes: OutboundRoutes;
  /** Authorities beside the public ones for tls:// and https://; PEM or empty. */
  ca: string;
  /** The usual ones unless a test is in a hurry. */
  limits?: SearchLimits | undefined;
}

/**
 * Requests whose method has an outbound route: to an app that we connect to, or to whatever an HTTP
 * server says. One connection a request; what the app does with it ends with the connection.
 *
 *     asking --(route uri)--> connecting --(authenticate)--> delivered
 *        |                        |
 *        | (reject, redirect,     | (no connection, wrong secret, too late)
 *        v  proxy, route tag)     v
 *     answered, or an app's     480
 *
 * A CANCEL at any moment before delivery stops the search, and nothing is delivered later.
 */
export class Router {
  private readonly searching = new Set<IncomingRequest>();
  private readonly limits: SearchLimits;
  private trust: SecureContext | undefined;
  private closed = false;

  constructor(
    private readonly context: Context,
    private readonly options: RouterOptions,
    private readonly parts: {
      proxy: Proxies;
      /** The drachtio protocol on a connection that we opened. */
      takeApp: AppSessions['take'];
      deliver: (incoming: IncomingRequest, app: App) => void;
      /** To an app that connected to us, as soon as it can take it. */
      offer: (incoming: IncomingRequest, app: App) => void;
    },
  ) {
    this.limits = options.limits ?? SEARCH_LIMITS;
    this.certify(options.ca);
  }

  /** False when the method has no outbound route: then it is for apps that connected to us. */
  take(incoming: IncomingRequest): boolean {
    const route = outboundRoute(this.options.routes, incoming.request.method);
    if (route === undefined) return false;
    if (this.searching.size >= this.limits.most) {
      this.context.counters.overCapacity++;
      this.refuse(incoming, 503, { headers: RETRY_AFTER });
    } else if (route.to === 'app') this.connect(incoming, route.place);
    else this.ask(incoming, route);
    return true;
  }

  /** Connections from now on believe these authorities. */
  certify(ca: string): void {
    // Without routes nobody is ever connected to, and a context costs some milliseconds.
    if (this.options.routes.size > 0) this.trust = trustOf(ca);
  }

  close(): void {
    this.closed = true;
    for (const incoming of this.searching) incoming.stopSearch?.();
  }

  private ask(incoming: IncomingRequest, route: OutboundRoute & { to: 'web' }): void {
    const { request, flow } = incoming.transaction;
    const origin = { protocol: shown(flow.protocol), address: flow.address };
    const url = urlWithQuery(route.url, request, origin);
    const question = { url, sip: route.post ? request.text : undefined };
    const stop = askRoute(question, this.way(), (result) => {
      this.found(incoming);
      if (incoming.transaction.answered) return;
      if ('body' in result) return this.obey(incoming, readRouteAnswer(result.body));
      this.invalid(incoming, route.url.host, result.failed.message);
    });
    this.search(incoming, stop);
  }

  private obey(incoming: IncomingRequest, answer: RouteAnswer): void {
    switch (answer.action) {
      case 'reject': {
        const { status, reason } = answer;
        return this.refuse(incoming, status, reason === undefined ? {} : { reason });
      }
      case 'redirect': {
        const headers = answer.contacts.map((contact) => `Contact: ${contact}\r\n`).join('');
        return this.refuse(incoming, 302, { headers });
      }
      case 'proxy':
        return this.parts.proxy.forward(incoming, answer.orders);
      case 'connect':
        return this.connect(incoming, answer.place);
      case 'tag':
        return this.toTagged(incoming, answer.tag);
      case 'invalid':
        return this.invalid(incoming, undefined, answer.why);
    }
  }

  private toTagged(incoming: IncomingRequest, tag: string): void {
    const app = this.context.routes.pick(incoming.request.method.toLowerCase(), tag);
    if (app === undefined) return this.unavailable(incoming);
    this.parts.offer(incoming, app);
  }

  private connect(incoming: IncomingRequest, place: AppPlace): void {
    const { trust, limits } = this.way();
    const socket = openSocket(place, trust, limits.connectMs);
    const late = () => socket.destroy(new Error(`no secret within ${limits.totalMs} ms`));
    const timer = setTimeout(late, limits.totalMs);
    socket.once('error', ({ message }) => {
      const { host, port } = place;
      this.context.log.warn({ host, port, why: message }, 'the connection to an app failed');
    });
    this.parts.takeApp(socket, {
      onReady: (app) => {
        clearTimeout(timer);
        this.found(incoming);
        if (incoming.transaction.answered) return void socket.destroy();
        this.parts.deliver(incoming, app);
      },
      onClosed: () => {
        clearTimeout(timer);
        this.found(incoming);
        // An app that proxied the request or answered it may go; nobody else would answer now.
        const open = incoming.app === undefined && !incoming.transaction.answered;
        if (open && !this.closed) this.unavailable(incoming);
      },
    });
    this.search(incoming, () => socket.destroy());
  }

  private way(): { trust: SecureContext; limits: SearchLimits } {
    this.trust ??= trustOf(this.options.ca);
    return { trust: this.trust, limits: this.limits };
  }

  /** The search ends with the request, whoever ends that. */
  private search(incoming: IncomingRequest, stop: () => void): void {
    incoming.app = undefined;
    this.context.incoming.set(incoming.id, incoming);
    this.searching.add(incoming);
    incoming.stopSearch = () => {
      this.searching.delete(incoming);
      stop();
    };
  }

  private found(incoming: IncomingRequest): void {
    this.searching.delete(incoming);
    incoming.stopSearch = undefined;
  }

  private invalid(incoming: IncomingRequest, host: string | undefined, why: string): void {
    this.context.log.warn({ host, why }, 'an HTTP route gave no usable answer');
    this.refuse(incoming, 500);
  }

  private unavailable(incoming: IncomingRequest): void {
    this.context.counters.noApp++;
    this.refuse(incoming, 480);
  }

  private refuse(
    incoming: IncomingRequest,
    status: number,
    parts: { headers?: string; reason?: string } = {},
  ): void {
    this.context.incoming.delete(incoming.id);
    incoming.respond(status, parts);
    incoming.settle();
  }
}
