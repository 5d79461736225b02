import { lookup } from 'node:dns';
import { isIP } from 'node:net';

/**
 * Host name to address. Literals and `localhost` are answered at once, within the call; names go to
 * the system's resolver (A and AAAA; RFC 3263's NAPTR and SRV belong here as well).
 */
export function resolveHost(host: string, done: (address: string | undefined) => void): void {
  if (isIP(host) !== 0) return done(host);
  if (host === 'localhost') return done('127.0.0.1');
  lookup(host, { verbatim: false }, (error, address) => done(error ? undefined : address));
}
