/**
 * Decides where an INVITE came from: a phone, a trunk, or nobody we know (architecture, "Source of
 * an INVITE"). Pure; addresses are IPv4 or IPv6 literals.
 */
import { BlockList, isIP } from 'node:net';
import type { PhoneId, TrunkId } from '../domain/ids';
import type { PlanTrunk } from '../domain/plan';

export type Source =
  { kind: 'phone'; phoneId: PhoneId } | { kind: 'trunk'; trunkId: TrunkId } | { kind: 'unknown' };

/** Answers the phone that is known to send from an address and port. */
export type PhoneAt = (address: string, port: number) => PhoneId | undefined;

interface TrunkRule {
  trunkId: TrunkId;
  /** Higher is more specific: prefix length, plus one when a port is named. */
  weight: number;
  port: number | null;
  matches(address: string): boolean;
}

/** Looks sources up; made anew whenever the plan changes. Most specific rule first. */
export class SourceTable {
  private readonly rules: TrunkRule[];

  constructor(trunks: PlanTrunk[]) {
    this.rules = trunks
      .flatMap((trunk) => trunk.from.map((from) => trunkRule(trunk.id, from)))
      .sort((a, b) => b.weight - a.weight);
  }

  /** A phone's own place wins over any trunk rule, a narrower trunk rule over a wider one. */
  sourceOf(address: string, port: number, phoneAt: PhoneAt): Source {
    const plain = withoutMapping(address);
    const phoneId = phoneAt(plain, port);
    if (phoneId !== undefined) return { kind: 'phone', phoneId };
    const rule = this.rules.find((r) => (r.port === null || r.port === port) && r.matches(plain));
    return rule ? { kind: 'trunk', trunkId: rule.trunkId } : { kind: 'unknown' };
  }
}

/** IPv4 addresses that a dual-stack socket shows as `::ffff:a.b.c.d`. */
function withoutMapping(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** `from` is `address`, `address:port`, `[v6]:port` or CIDR; the plan was checked before. */
function trunkRule(trunkId: TrunkId, from: string): TrunkRule {
  const slash = from.lastIndexOf('/');
  if (slash > 0) {
    const network = from.slice(0, slash);
    const prefix = Number(from.slice(slash + 1));
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    const list = new BlockList();
    list.addSubnet(network, prefix, family);
    const matches = (address: string) =>
      isIP(address) === (family === 'ipv6' ? 6 : 4) && list.check(address, family);
    return { trunkId, weight: 2 * prefix, port: null, matches };
  }
  const { host, port } = splitHostPort(from);
  const bits = isIP(host) === 6 ? 128 : 32;
  return {
    trunkId,
    weight: 2 * bits + (port === null ? 0 : 1),
    port,
    matches: (address) => address === host,
  };
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
