/** Where the far side takes RTCP: one port above RTP, elsewhere (RFC 3605), or with RTP (RFC 5761). */
import { familyOf } from './address';
import { valueOf, type MediaBlock } from './description';

export interface Rtcp {
  address: string;
  port: number;
  /** RTCP goes to the port of RTP, and comes from there. */
  mux: boolean;
}

/** `mux`: whether both sides want one port. An attribute that cannot be read counts as absent. */
export function rtcpOf(block: MediaBlock, address: string, mux: boolean): Rtcp {
  if (mux) return { address, port: block.port, mux };
  const [port = '', , , elsewhere = ''] = (valueOf(block, 'rtcp') ?? '').split(/\s+/);
  const said = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (said < 1 || said > 65_535) return { address, port: portAbove(block.port), mux };
  const known = familyOf(elsewhere) !== null && familyOf(elsewhere) === familyOf(address);
  return { address: known ? elsewhere : address, port: said, mux };
}

export function wantsMux(block: MediaBlock): boolean {
  return block.attributes.some(({ name }) => name === 'rtcp-mux');
}

/** RFC 3550 §11. There is no port above the last: who has RTP there can only have RTCP with it. */
function portAbove(port: number): number {
  return Math.min(port + 1, 65_535);
}
