import { BlockList, isIP } from 'node:net';

/**
 * From which trunk a call comes, by the address and port that it came from. Pure; addresses are IPv4 or
 * IPv6 literals.
 */
export interface TrunkPlaces {
  id: string;
  /** `address`, `address:port`, `[v6]:port` or CIDR. */
  from: readonly string[];
}

interface Rule {
  id: string;
  /** Higher is more specific: prefix length, plus one when a port is named. */
  weight: number;
  port: number | null;
  matches(address: string): boolean;
}

export class TrunkSources {
  private readonly rules: Rule[];

  constructor(trunks: readonly TrunkPlaces[]) {
    this.rules = trunks
      .flatMap(({ id, from }) => from.map((place) => ruleOf(id, place)))
      .sort((a, b) => b.weight - a.weight);
  }

  /** The trunk's id, the narrowest rule first; undefined for an address that is no trunk's. */
  trunkAt(address: string, port: number): string | undefined {
    const plain = withoutMapping(address);
    return this.rules.find((rule) => {
      return (rule.port === null || rule.port === port) && rule.matches(plain);
    })?.id;
  }

  /** True when some trunk may send from that address, whatever the port. */
  includes(address: string): boolean {
    const plain = withoutMapping(address);
    return this.rules.some((rule) => rule.matches(plain));
  }
}

/** IPv4 addresses that a dual-stack socket shows as `::ffff:a.b.c.d`. */
export function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** The address or network of a trunk's place, whatever port it names. */
export function placeWithoutPort(place: string): string {
  return place.includes('/') ? place : splitHostPort(place).host;
}

/** What is no address matches nothing. */
function ruleOf(id: string, place: string): Rule {
  const slash = place.lastIndexOf('/');
  if (slash > 0) return networkRule(id, place.slice(0, slash), Number(place.slice(slash + 1)));
  const { host, port } = splitHostPort(place);
  const bits = isIP(host) === 6 ? 128 : 32;
  const weight = 2 * bits + (port === null ? 0 : 1);
  return { id, weight, port, matches: (address) => address === host };
}

function networkRule(id: string, network: string, prefix: number): Rule {
  const kind = isIP(network);
  const family = kind === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  if (kind !== 0) list.addSubnet(network, prefix, family);
  const matches = (address: string) => isIP(address) === kind && list.check(address, family);
  return { id, weight: 2 * prefix, port: null, matches };
}

function splitHostPort(text: string): { host: string; port: number | null } {
  const bracketed = /^\[([^\]]+)\](?::(\d+))?$/.exec(text);
  if (bracketed?.[1]) {
    return { host: bracketed[1], port: bracketed[2] ? Number(bracketed[2]) : null };
  }
  if (isIP(text)) return { host: text, port: null };
  const colon = text.lastIndexOf(':');
  if (colon < 0) return { host: text, port: null };
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}
