/**
 * Where messages may go. An address that only this machine or its network can reach would let whoever writes a URL ask
 * what he cannot ask himself, so it is refused unless `WEBHOOK_NETWORKS` names its network; those by which clouds hand
 * out secrets, and what is nobody's address, are refused always.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { WebhookNetwork } from '../../config';

export interface Address {
  address: string;
  family: 4 | 6;
}

/** Link-local with the metadata services, multicast, broadcast, documentation, and what other addresses hide in. */
const NEVER = blockList([
  ...['0.0.0.0/8', '169.254.0.0/16', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '192.88.99.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Alibaba's and Amazon's other doors to the same.
  ...['100.100.100.200/32', 'fd00:ec2::254/128'],
  ...['::/128', 'fe80::/10', 'fec0::/10', 'ff00::/8', '2001:db8::/32', '100::/64'],
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'],
]);

/** Loopback and private networks (RFC 1918, RFC 6598, RFC 4193). */
const NAMED_ONLY = blockList([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'],
  ...['::1/128', 'fc00::/7'],
]);

/** `is` how an address may be called: by https, in a named network by http as well, or not at all. */
export type Reach = 'https' | 'any' | 'refused';

export function reachOf(text: string, networks: readonly WebhookNetwork[]): Reach {
  const address = unmapped(text);
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  if (isIP(address) === 0 || NEVER.check(address, family)) return 'refused';
  if (blockList(networks.flatMap(({ cidrs }) => cidrs)).check(address, family)) return 'any';
  return NAMED_ONLY.check(address, family) ? 'refused' : 'https';
}

/** An IPv4 address within an IPv6 one (`::ffff:127.0.0.1`, `::ffff:7f00:1`, `::127.0.0.1`) is what it is. */
function unmapped(text: string): string {
  if (isIP(text) !== 6) return text;
  const { hostname } = new URL(`http://[${text.replace(/%.*$/, '')}]`);
  const mapped = /^\[::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(hostname);
  if (!mapped) return hostname.slice(1, -1);
  const [high, low] = [mapped[1], mapped[2]].map((part) => Number.parseInt(part ?? '', 16));
  return [(high ?? 0) >> 8, (high ?? 0) & 255, (low ?? 0) >> 8, (low ?? 0) & 255].join('.');
}

export type Resolved = Address | 'unresolved' | 'refused-address';
export type Resolve = (host: string) => Promise<Address[]>;

/** By the resolver of this machine. */
export const resolveHost: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })) as Address[];

/**
 * The one address to which a message goes. One that is refused among several refuses all: whoever serves the name would
 * else choose by the order. What is connected to is this address, whatever the name says by then.
 */
export async function addressOf(
  url: URL,
  networks: readonly WebhookNetwork[],
  resolve: Resolve = resolveHost,
): Promise<Resolved> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  const found: Address[] =
    family === 0
      ? await resolve(host).catch(() => [])
      : [{ address: host, family: family as 4 | 6 }];
  const [first] = found;
  if (first === undefined) return 'unresolved';
  const isFine = (reach: Reach): boolean =>
    reach === 'any' || (reach === 'https' && url.protocol === 'https:');
  return found.every(({ address }) => isFine(reachOf(address, networks)))
    ? first
    : 'refused-address';
}

function blockList(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
