/**
 * Which of our addresses carries a stream: by the family of the far side's, since a socket has one. Pure.
 */
import { familyOf } from '../sdp/address';
import type { Advertised } from './negotiation';

/** Where RTP sockets of one family are bound, and what descriptions name to whom. IP literals. */
export interface MediaAddress {
  bind: string;
  /** Named where nothing is known of the peer. */
  advertised: string;
  /** Another, by the peer's address. */
  advertisedTo?: (peer: string) => string;
}

/** At most one of each family; offers to whom nothing is known of name the first. */
export type MediaAddresses = readonly [MediaAddress, ...MediaAddress[]];

export function advertisedBy(addresses: MediaAddresses): Advertised {
  return {
    first: addresses[0].advertised,
    to: (peer) => {
      const own = ofFamily(addresses, peer);
      return own === undefined ? null : (own.advertisedTo?.(peer) ?? own.advertised);
    },
  };
}

/** Where the socket of a stream is bound whose descriptions name that address of ours. */
export function bindFor(addresses: MediaAddresses, advertised: string): string {
  return (ofFamily(addresses, advertised) ?? addresses[0]).bind;
}

function ofFamily(addresses: MediaAddresses, address: string): MediaAddress | undefined {
  return addresses.find(({ advertised }) => familyOf(advertised) === familyOf(address));
}
