/**
 * Decides where an INVITE came from: a phone, a trunk, or nobody we know (architecture, "Source of
 * an INVITE"). Pure; addresses are IPv4 or IPv6 literals.
 */
import type { PhoneId, TrunkId } from '../domain/ids';
import type { PlanTrunk } from '../domain/plan';
import { placeWithoutPort, TrunkSources, withoutMapping } from '../../sip/index';

export type Source =
  { kind: 'phone'; phoneId: PhoneId } | { kind: 'trunk'; trunkId: TrunkId } | { kind: 'unknown' };

/** Answers the phone that is known to send from an address and port. */
export type PhoneAt = (address: string, port: number) => PhoneId | undefined;

/** Looks sources up; made anew whenever the plan changes. */
export class SourceTable {
  private readonly trunks: TrunkSources;
  private readonly networks: Map<TrunkId, string[]>;

  constructor(trunks: PlanTrunk[]) {
    this.networks = new Map(trunks.map(({ id, from }) => [id, from.map(placeWithoutPort)]));
    this.trunks = new TrunkSources(trunks);
  }

  /** A phone's own place wins over any trunk rule, a narrower trunk rule over a wider one. */
  sourceOf(address: string, port: number, phoneAt: PhoneAt): Source {
    const phoneId = phoneAt(withoutMapping(address), port);
    if (phoneId !== undefined) return { kind: 'phone', phoneId };
    const trunkId = this.trunks.trunkAt(address, port);
    return trunkId === undefined ? { kind: 'unknown' } : { kind: 'trunk', trunkId };
  }

  /** Addresses and CIDRs of that trunk, without ports; undefined for a source that is no trunk. */
  networksOf(source: Source): string[] | undefined {
    return source.kind === 'trunk' ? this.networks.get(source.trunkId) : undefined;
  }
}
