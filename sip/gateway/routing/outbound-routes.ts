/**
 * Which requests go out to apps that we connect to, and which are asked about by HTTP first: the
 * text of DRACHTIO_OUTBOUND, taken apart. Pure.
 *
 * Entries divided by `;`, each `method=URL` or `method=POST URL`; `*` is every method without an
 * entry of its own. A `;` inside a URL is written `%3B`. For example
 *
 *     invite=tcp://127.0.0.1:9030; register=http://127.0.0.1:8088/route; *=tls://apps.example:9031
 */
import { parseHostPort } from '../../message/uri';

/** Where an app listens. */
export interface AppPlace {
  /** TLS. */
  secure: boolean;
  /** Name or address, without brackets. */
  host: string;
  port: number;
}

export type OutboundRoute =
  | { to: 'app'; place: AppPlace }
  /** Asked by GET, or by POST with the SIP message as its body. */
  | { to: 'web'; url: URL; post: boolean };

/** By upper-case method, or `*`. */
export type OutboundRoutes = ReadonlyMap<string, OutboundRoute>;

/** The routes, and all that is wrong with the text; empty text is no route and no problem. */
export function parseOutboundRoutes(text: string): {
  routes: OutboundRoutes;
  problems: string[];
} {
  const routes = new Map<string, OutboundRoute>();
  const problems: string[] = [];
  for (const entry of text.split(';').map((e) => e.trim())) {
    if (entry === '') continue;
    const equals = entry.indexOf('=');
    const method = entry.slice(0, Math.max(equals, 0)).trim().toUpperCase();
    const route = parseRoute(entry.slice(equals + 1).trim());
    if (!METHOD.test(method)) problems.push(`"${entry}" is not method=URL.`);
    else if (route === undefined) {
      problems.push(
        `"${entry}" is no tcp:// or tls:// with host and port, nor http:// or https://.`,
      );
    } else if (routes.has(method)) problems.push(`has two routes for ${method}.`);
    else routes.set(method, route);
  }
  return { routes, problems };
}

/** The route of a method; undefined when its requests go to apps that connected to us. */
export function outboundRoute(routes: OutboundRoutes, method: string): OutboundRoute | undefined {
  return routes.get(method) ?? routes.get('*');
}

/** `host:port` with an optional `;transport=tcp` or `;transport=tls`, as HTTP answers have it. */
export function parseAppPlace(text: string): AppPlace | undefined {
  const match = /^([^;]+?)(?:;transport=(tcp|tls))?$/i.exec(text.trim());
  return placeOf(match?.[1] ?? '', match?.[2]?.toLowerCase() === 'tls');
}

const METHOD = /^(\*|[A-Z]+)$/;

function parseRoute(text: string): OutboundRoute | undefined {
  const app = /^(tcp|tls):\/\/([^/]+)\/?$/i.exec(text);
  if (app !== null) {
    const place = placeOf(app[2] ?? '', app[1]?.toLowerCase() === 'tls');
    return place && { to: 'app', place };
  }
  const web = /^(?:(get|post)\s+)?(https?:\/\/\S+)$/i.exec(text);
  const url = web?.[2] ?? '';
  if (!URL.canParse(url)) return undefined;
  return { to: 'web', url: new URL(url), post: web?.[1]?.toLowerCase() === 'post' };
}

function placeOf(text: string, secure: boolean): AppPlace | undefined {
  const place = parseHostPort(text);
  return place?.port === undefined ? undefined : { secure, host: place.host, port: place.port };
}
