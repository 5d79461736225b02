import { isIPv6 } from 'node:net';
import type { MediaAddress, MediaAddresses } from './media/media-address';
import type { EdgeSettings } from './settings';
import { networkOf, type AddressNetwork } from './transport/address-networks';
import { isWildcard, localAddressFor } from './transport/local-address';

/** Any address of the other machines, to ask the routing table with (RFC 5737, RFC 3849). */
const ELSEWHERE = { 4: '192.0.2.1', 6: '2001:db8::1' };

/**
 * The addresses of RTP, one for each family: by MEDIA_NETWORKS, the first of which our offers name.
 * Without, SDP names the listeners' own addresses, or those with which we reach other machines.
 */
export function mediaAddresses({
  sip,
  mediaNetworks,
}: Pick<EdgeSettings, 'sip' | 'mediaNetworks'>): MediaAddresses {
  const networks = byFamily(mediaNetworks, ({ bind }) => bind).map(ofNetworks);
  const listeners = byFamily(sip, ({ host }) => host).map(([{ host }]) => ofListener(host));
  // A wildcard of a family that this machine has no address of.
  const own = listeners.filter(({ bind, advertised }) => isIPv6(bind) === isIPv6(advertised));
  const [first = ofListener('0.0.0.0'), ...others] = networks.length > 0 ? networks : own;
  return [first, ...others];
}

/** Lists of one family each, in the order in which the families come. */
function byFamily<T>(all: readonly T[], address: (one: T) => string): [T, ...T[]][] {
  const [first] = all;
  if (first === undefined) return [];
  const six = isIPv6(address(first));
  const same = all.slice(1).filter((one) => isIPv6(address(one)) === six);
  const others = all.filter((one) => isIPv6(address(one)) !== six);
  return [[first, ...same], ...byFamily(others, address)];
}

function ofNetworks(networks: [AddressNetwork, ...AddressNetwork[]]): MediaAddress {
  const [first] = networks;
  const shared = networks.every(({ bind }) => bind === first.bind);
  return {
    bind: shared ? first.bind : isIPv6(first.bind) ? '::' : '0.0.0.0',
    advertised: first.advertised,
    advertisedTo: (peer) => (networkOf(networks, peer) ?? first).advertised,
  };
}

function ofListener(bind: string): MediaAddress {
  const elsewhere = ELSEWHERE[isIPv6(bind) ? 6 : 4];
  return { bind, advertised: isWildcard(bind) ? localAddressFor(bind, elsewhere) : bind };
}
