import { parseNameAddr } from '../../message/header-values';
import type { SipMessage } from '../../message/sip-message';
import { hostInUri, parseUri } from '../../message/uri';

/**
 * What an HTTP server is told of a request whose app it is to name: the query that drachtio-server
 * sends too. Pure.
 */

/** How the request came. */
export interface Origin {
  /** `udp`, `tcp` or `tls`. */
  protocol: string;
  address: string;
}

/** The URL with the query added to whatever query it has. */
export function urlWithQuery(url: URL, request: SipMessage, origin: Origin): URL {
  const query = pairsOf(request, origin)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');
  const whole = new URL(url);
  whole.search = url.search.length > 1 ? `${url.search}&${query}` : query;
  return whole;
}

function pairsOf(request: SipMessage, { protocol, address }: Origin): [string, string][] {
  const { uri } = request;
  const own: [string, string][] = [
    ['method', request.method],
    ['domain', hostInUri(parseUri(uri)?.host ?? '')],
    ['protocol', protocol],
    ['source_address', address],
    ['fromUser', userOf(parseNameAddr(request.get('from') ?? '').uri)],
    ['toUser', userOf(parseNameAddr(request.get('to') ?? '').uri)],
    ['uriUser', userOf(uri)],
    ['contentType', request.get('content-type') ?? ''],
    ['uri', uri],
  ];
  // A caller writes his Request-URI himself: he must not overwrite what we say of him.
  const taken = new Set(own.map(([name]) => name.toLowerCase()));
  return [...own, ...uriParams(uri).filter(([name]) => !taken.has(name.toLowerCase()))];
}

/** Without password. */
function userOf(uri: string): string {
  const tel = /^tel:([^;,]*)/i.exec(uri)?.[1];
  return tel ?? parseUri(uri)?.user.split(':', 1)[0] ?? '';
}

function uriParams(uri: string): [string, string][] {
  const [params = ''] = (parseUri(uri)?.tail ?? '').split('?', 1);
  return params
    .split(';')
    .filter((param) => param !== '')
    .map((param) => {
      const equals = param.indexOf('=');
      return equals < 0 ? [param, ''] : [param.slice(0, equals), param.slice(equals + 1)];
    });
}

/** Percent-encoded byte by byte: the text of SIP messages is bytes here. */
function encoded(bytes: string): string {
  return bytes.replace(
    /[^A-Za-z0-9\-._~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
