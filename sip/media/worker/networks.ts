/** A list of addresses and networks, IPv4 and IPv6, that senders of RTP are looked up in. Pure. */
import { BlockList, isIP } from 'node:net';

export class Networks {
  private readonly list = new BlockList();

  /** Addresses and CIDRs; what is neither holds nobody. */
  constructor(places: readonly string[]) {
    for (const place of places) this.add(place);
  }

  include(address: string): boolean {
    const kind = isIP(address);
    return kind !== 0 && this.list.check(address, kind === 4 ? 'ipv4' : 'ipv6');
  }

  private add(place: string): void {
    const [address = '', bits] = place.split('/');
    const kind = isIP(address);
    if (kind === 0) return;
    const family = kind === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) return this.list.addAddress(address, family);
    const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
    if (prefix >= 0 && prefix <= (kind === 4 ? 32 : 128)) {
      this.list.addSubnet(address, prefix, family);
    }
  }
}
