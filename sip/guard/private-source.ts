import { BlockList, isIP } from 'node:net';

/**
 * Until somebody says where to listen, only this machine and its private networks are served: a
 * fresh installation on a public address is no open relay. Loopback, RFC 1918, link-local
 * (RFC 3927, RFC 4291 §2.5.6) and unique local addresses (RFC 4193).
 */
const own = new BlockList();
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addSubnet('10.0.0.0', 8, 'ipv4');
own.addSubnet('172.16.0.0', 12, 'ipv4');
own.addSubnet('192.168.0.0', 16, 'ipv4');
own.addSubnet('169.254.0.0', 16, 'ipv4');
own.addAddress('::1', 'ipv6');
own.addSubnet('fe80::', 10, 'ipv6');
own.addSubnet('fc00::', 7, 'ipv6');

/** IPv4 addresses mapped into IPv6 count as what they are. */
export function isPrivateSource(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice(7) : (address.split('%')[0] ?? '');
  const kind = isIP(plain);
  return kind !== 0 && own.check(plain, kind === 4 ? 'ipv4' : 'ipv6');
}
