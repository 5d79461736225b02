import { networkInterfaces } from 'node:os';
import { isIPv6 } from 'node:net';

/**
 * Which of our addresses a peer should see. A listener on one address has only that; one on a
 * wildcard takes the address in the peer's network (the longest common prefix), never a loopback
 * address for a peer that is not on loopback.
 */

/** Interfaces change (DHCP, VPN); looking is a system call, so once in this many ms is enough. */
const LOOK_AGAIN_MS = 5000;

let seen: string[] = [];
let seenAt = -Infinity;

export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Every address that a listener on `host` answers at. */
export function addressesOf(host: string): string[] {
  if (!isWildcard(host)) return [host];
  const now = performance.now();
  if (now - seenAt > LOOK_AGAIN_MS) {
    seenAt = now;
    seen = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .map((address) => address.address);
  }
  const v6 = isIPv6(host);
  return seen.filter((address) => isIPv6(address) === v6);
}

/** The address of a listener on `host` that the peer at `remote` can reach best. */
export function localAddressFor(host: string, remote: string): string {
  if (!isWildcard(host)) return host;
  const candidates = addressesOf(host);
  let best = candidates[0] ?? '127.0.0.1';
  let bestScore = -Infinity;
  for (const candidate of candidates) {
    const score = nearness(candidate, remote);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/** Equal leading octets; a loopback address is the last choice for anyone not on loopback. */
export function nearness(local: string, remote: string): number {
  if (local === remote) return 100;
  const loopback = isLoopback(local);
  if (loopback !== isLoopback(remote)) return loopback ? -10 : 0;
  const a = local.split(/[.:]/);
  const b = remote.split(/[.:]/);
  let equal = 0;
  while (equal < a.length && a[equal] === b[equal]) equal++;
  return equal;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
