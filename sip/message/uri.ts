/**
 * SIP and SIPS URIs (RFC 3261 §19.1) as far as routing needs them. Only host, port and parameters
 * are taken apart; the user part is left alone.
 */

export interface SipUri {
  scheme: 'sip' | 'sips';
  /** With password, without the `@`; empty when absent. */
  user: string;
  /** Without brackets, lower case. */
  host: string;
  port: number | undefined;
  /** Everything after host and port: starts with `;` or `?`, or is empty. */
  tail: string;
}

/** Undefined for anything but a sip or sips URI with a host and a port in range. */
export function parseUri(text: string): SipUri | undefined {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, colon).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  // A user part may hold `;`, `?` and `/` but no `@`, and nothing after the host may hold one.
  const at = text.indexOf('@');
  const user = at < 0 ? '' : text.slice(colon + 1, at);
  const hostAt = at < 0 ? colon + 1 : at + 1;
  let end = hostAt;
  while (end < text.length && text[end] !== ';' && text[end] !== '?') end++;
  const place = parseHostPort(text.slice(hostAt, end));
  return place && { scheme, user, ...place, tail: text.slice(end) };
}

/** `host`, `host:port`, `[v6]`, `[v6]:port`. */
export function parseHostPort(
  text: string,
): { host: string; port: number | undefined } | undefined {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.indexOf(':', bracket < 0 ? 0 : bracket);
  const host = bracket < 0 ? text.slice(0, colon < 0 ? undefined : colon) : text.slice(1, bracket);
  if (host === '' || /[\s<>"@]/.test(host)) return undefined;
  if (colon < 0) return { host: host.toLowerCase(), port: undefined };
  const port = Number(text.slice(colon + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65535) return undefined;
  return { host: host.toLowerCase(), port };
}

/** Host as it stands in a URI: IPv6 literals get brackets (RFC 3261 §25.1). */
export function hostInUri(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
