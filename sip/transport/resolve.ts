import { lookup, Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import {
  defaultPort,
  orderSrv,
  serviceOf,
  servicesFrom,
  type NaptrRecord,
  type Reachable,
  type Service,
  type SrvRecord,
} from './dns-selection';
import type { Protocol, Target } from './flow';

/** What a URI says about where to go. */
export interface Hop {
  host: string;
  port: number | undefined;
  protocol: Protocol | undefined;
}

/** The three questions to the name service. A failure is an empty answer. */
export interface Dns {
  naptr(domain: string): Promise<NaptrRecord[]>;
  srv(name: string): Promise<SrvRecord[]>;
  addresses(host: string): Promise<string[]>;
}

/** What the answer depends on beside the name service. */
export interface Ways {
  /** True when we have a listener from which that can be sent (to that kind of address). */
  speaks(protocol: Protocol, address?: string): boolean;
  /** Transports to be tried in this order when neither URI nor DNS names one. */
  inOrder: readonly Protocol[];
  random: () => number;
}

/** A caller waits no longer than this for a name service that does not answer. */
const ASK_MS = 1500;
/** More machines than these are not tried for one request. */
const MAX_TARGETS = 8;
const REACHABLE: readonly Reachable[] = ['udp', 'tcp', 'tls'];

/**
 * Where a request to this hop can go, best first (RFC 3263 §4). Literals and `localhost` are answered
 * at once, within the call. Empty when the name is not known.
 */
export function resolveHop(
  hop: Hop,
  dns: Dns,
  ways: Ways,
  done: (targets: Target[]) => void,
): void {
  const literal = hop.host === 'localhost' ? '127.0.0.1' : hop.host;
  if (isIP(literal) !== 0) return done(targetsAt([literal], hop, ways));
  locate(hop, dns, ways).then(
    (targets) => done(targets.slice(0, MAX_TARGETS)),
    () => done([]),
  );
}

async function locate(hop: Hop, dns: Dns, ways: Ways): Promise<Target[]> {
  // RFC 6761 §6.4: no name service knows it. Browsers call themselves so (RFC 7118 §5.1).
  if (hop.host.endsWith('.invalid')) return [];
  // §4.2: a port leaves nothing to ask but the address. A name without a dot is one of the local
  // network (a container, /etc/hosts) and no domain with service records.
  if (hop.port === undefined && hop.host.includes('.')) {
    const services = await servicesOf(hop, dns, ways);
    const found = await Promise.all(services.map((one) => machines(one, hop.host, dns, ways)));
    if (found.some((targets) => targets.length > 0)) return found.flat();
  }
  return targetsAt(await dns.addresses(hop.host), hop, ways);
}

async function servicesOf({ host, protocol }: Hop, dns: Dns, ways: Ways): Promise<Service[]> {
  if (protocol !== undefined) {
    const reachable = REACHABLE.find((one) => one === protocol);
    return reachable === undefined ? [] : [serviceOf(reachable, host)];
  }
  const offered = servicesFrom(await dns.naptr(host), (one) => ways.speaks(one));
  if (offered.length > 0) return offered;
  return REACHABLE.filter((one) => ways.speaks(one)).map((one) => serviceOf(one, host));
}

async function machines(
  { protocol, name }: Service,
  domain: string,
  dns: Dns,
  ways: Ways,
): Promise<Target[]> {
  const records = orderSrv(await dns.srv(name), ways.random);
  const addresses = await Promise.all(records.map((record) => dns.addresses(record.name)));
  return records.flatMap(({ port }, at) =>
    (addresses[at] ?? [])
      .filter((address) => ways.speaks(protocol, address))
      .map((address) => ({ protocol, address, port, name: domain })),
  );
}

/** Every address once, with the hop's transport or the first that we can send from. */
function targetsAt(addresses: readonly string[], hop: Hop, ways: Ways): Target[] {
  return addresses.flatMap((address) => {
    const spoken = ways.inOrder.find((one) => ways.speaks(one, address));
    const protocol = hop.protocol ?? spoken;
    if (protocol === undefined) return [];
    const port = hop.port ?? defaultPort(protocol);
    return [{ protocol, address, port, ...(isIP(hop.host) === 0 ? { name: hop.host } : {}) }];
  });
}

/** The machine's own name service; addresses also from /etc/hosts, as everywhere on the machine. */
export function systemDns(): Dns {
  const resolver = new Resolver({ timeout: ASK_MS, tries: 1 });
  return {
    naptr: (domain) => resolver.resolveNaptr(domain).catch(() => []),
    srv: (name) => resolver.resolveSrv(name).catch(() => []),
    addresses: (host) =>
      lookup(host, { all: true, verbatim: false }).then(
        (found) => found.map(({ address }) => address),
        () => [],
      ),
  };
}
