/**
 * Which addresses are proxies of ours, whose word counts about who comes and how (`X-Forwarded-For`, `X-Forwarded-Proto`). From any
 * other address these headers are what a stranger says of himself, and mean nothing. Pure.
 */
import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';

/** Whether the address, as a socket or such a header names it, is one of them. */
export type IsProxy = (address: string | undefined) => boolean;

/** Of `address/bits`. */
export function trustedProxies(cidrs: readonly string[]): IsProxy {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', bits] = cidr.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address = '') => {
    const [plain = ''] = address.split('%');
    return isIP(plain) !== 0 && list.check(plain, familyOf(plain));
  };
}

/** Who asks: by his socket where a proxy says something that is no address. */
export const addressOf = ({ ip, socket }: FastifyRequest): string =>
  isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
