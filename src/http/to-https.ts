/**
 * Decides where a browser is sent that opens a page of ours in the clear: a password is to be typed into https only.
 * Programs are not sent anywhere, since they would follow with what they had already said in the clear. Pure.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from './loopback';

/** One https address of ours, as it is bound. */
export interface SecurePlace {
  host: string;
  port: number;
}

export interface PlainRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  /** Of our end of the connection. */
  localAddress: string | undefined;
  /** A proxy of ours has passed it on: how the browser came is his matter. */
  byProxy: boolean;
}

/** The `Location`; null when the request is served where it came. */
export function elsewhere(request: PlainRequest, secure: readonly SecurePlace[]): string | null {
  const { method, url = '/', headers, localAddress = '', byProxy } = request;
  // Loopback is as good as https to a browser, and a proxy on this machine has its own.
  if (method !== 'GET' || byProxy || isLoopback(localAddress)) return null;
  // What every browser says when a page is opened, and nothing else does (Upgrade Insecure Requests §3.2.1).
  if (headers['upgrade-insecure-requests'] !== '1') return null;
  const place = secure.find(({ host }) => isReached(host, localAddress));
  const name = /^(\[[\da-f:.]+\]|[\w.-]+)(:\d+)?$/i.exec(headers.host ?? '')?.[1];
  if (place === undefined || name === undefined || !url.startsWith('/')) return null;
  return `https://${name}:${place.port}${url}`;
}

/** Whoever came to this address of ours can come to a listener on that host as well. */
function isReached(host: string, localAddress: string): boolean {
  const plain = localAddress.replace(/^::ffff:/, '');
  if (host === '::') return true;
  return host === plain || (host === '0.0.0.0' && !plain.includes(':'));
}
