/**
 * Which of our addresses a peer is to use, where that depends on the network it is in: carrier VLAN,
 * LAN and Internet see different ones. Decides by the peer's address only; pure.
 *
 * Text: networks divided by `;`, each `name bind advertised CIDR,CIDR`. For example
 *
 *     lan 192.168.1.5 192.168.1.5 192.168.0.0/16; internet 192.168.1.5 203.0.113.7 0.0.0.0/0
 */
import { BlockList, isIP } from 'node:net';

export interface AddressNetwork {
  name: string;
  /** The address of this machine that faces the network; a wildcard leaves it to the routing table. */
  bind: string;
  /** The address by which peers in the network reach us: `bind`, or that of a NAT in between. */
  advertised: string;
  cidrs: readonly Cidr[];
}

interface Cidr {
  text: string;
  prefix: number;
  holds: BlockList;
}

/** The networks, and all that is wrong with the text; empty text is no network and no problem. */
export function parseNetworks(text: string): { networks: AddressNetwork[]; problems: string[] } {
  const networks: AddressNetwork[] = [];
  const problems: string[] = [];
  for (const entry of text.split(';').map((e) => e.trim())) {
    if (entry === '') continue;
    const read = parseNetwork(entry);
    if ('problem' in read) problems.push(`"${entry}" ${read.problem}`);
    else networks.push(read);
  }
  return { networks, problems: [...problems, ...ambiguities(networks)] };
}

/** The network that the peer is in: of several, the one with the longest prefix. */
export function networkOf(
  networks: readonly AddressNetwork[],
  peer: string,
): AddressNetwork | undefined {
  const kind = isIP(peer);
  if (kind === 0) return undefined;
  let found: AddressNetwork | undefined;
  let longest = -1;
  for (const network of networks) {
    for (const { prefix, holds } of network.cidrs) {
      if (prefix <= longest || !holds.check(peer, kind === 4 ? 'ipv4' : 'ipv6')) continue;
      [found, longest] = [network, prefix];
    }
  }
  return found;
}

function parseNetwork(entry: string): AddressNetwork | { problem: string } {
  const [name = '', bind = '', advertised = '', list = '', ...more] = entry.split(/\s+/);
  if (list === '' || more.length > 0) {
    return { problem: 'is not "name bind advertised CIDR,CIDR".' };
  }
  const kind = isIP(bind);
  if (kind === 0) return { problem: `has no address to bind to: ${bind}.` };
  if (isIP(advertised) !== kind || isWildcardAddress(advertised)) {
    return { problem: `advertises ${advertised}, which is no address like ${bind}.` };
  }
  const cidrs = list.split(',').map((cidr) => parseCidr(cidr, kind));
  const wrong = list.split(',').filter((_, at) => cidrs[at] === undefined);
  if (wrong.length > 0) return { problem: `has no IPv${kind} CIDR in ${wrong.join(', ')}.` };
  return { name, bind, advertised, cidrs: cidrs.filter((cidr) => cidr !== undefined) };
}

function parseCidr(text: string, kind: number): Cidr | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  const address = match?.[1] ?? '';
  const prefix = Number(match?.[2]);
  if (isIP(address) !== kind || prefix > (kind === 4 ? 32 : 128)) return undefined;
  const holds = new BlockList();
  holds.addSubnet(address, prefix, kind === 4 ? 'ipv4' : 'ipv6');
  return { text, prefix, holds };
}

/** Two networks with one name, or one CIDR in two networks, leave open which is meant. */
function ambiguities(networks: readonly AddressNetwork[]): string[] {
  const names = new Set<string>();
  const owners = new Map<string, string>();
  const problems: string[] = [];
  for (const { name, cidrs } of networks) {
    if (names.has(name)) problems.push(`has two networks with the name ${name}.`);
    names.add(name);
    for (const { text } of cidrs) {
      const owner = owners.get(text);
      if (owner !== undefined) problems.push(`has ${text} in ${owner} and in ${name}.`);
      owners.set(text, name);
    }
  }
  return problems;
}

function isWildcardAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}
