/**
 * RFC 3263 without the asking: which transports a domain offers (NAPTR), under which names (SRV), and
 * in which order the machines behind a name are tried (RFC 2782). Pure; chance comes in as values.
 */
import type { Protocol } from './flow';

/** Transports on which we can reach out; WebSocket clients connect to us. */
export type Reachable = Extract<Protocol, 'udp' | 'tcp' | 'tls'>;

export interface NaptrRecord {
  flags: string;
  service: string;
  replacement: string;
  order: number;
  preference: number;
}

export interface SrvRecord {
  name: string;
  port: number;
  priority: number;
  weight: number;
}

/** A transport and the SRV name of the machines that speak it. */
export interface Service {
  protocol: Reachable;
  name: string;
}

const NAPTR_SERVICES: Record<string, Reachable> = {
  'SIP+D2U': 'udp',
  'SIP+D2T': 'tcp',
  'SIPS+D2T': 'tls',
};

const SRV_PREFIX: Record<Reachable, string> = {
  udp: '_sip._udp.',
  tcp: '_sip._tcp.',
  tls: '_sips._tcp.',
};

/** RFC 3261 §19.1.2. */
export function defaultPort(protocol: Protocol): number {
  return protocol === 'tls' || protocol === 'wss' ? 5061 : 5060;
}

/** Services by NAPTR (§4.1), the domain's favourite first; those that we do not speak are left out. */
export function servicesFrom(
  records: readonly NaptrRecord[],
  speaks: (protocol: Reachable) => boolean,
): Service[] {
  return [...records]
    .sort((a, b) => a.order - b.order || a.preference - b.preference)
    .flatMap(({ flags, service, replacement }) => {
      const protocol = NAPTR_SERVICES[service.toUpperCase()];
      const usable = flags.toLowerCase() === 's' && replacement !== '';
      return usable && protocol !== undefined && speaks(protocol)
        ? [{ protocol, name: replacement }]
        : [];
    });
}

/** The SRV name to ask where no NAPTR says so (§4.1, §4.2). */
export function serviceOf(protocol: Reachable, domain: string): Service {
  return { protocol, name: SRV_PREFIX[protocol] + domain };
}

/**
 * The order in which machines are tried: lowest priority first; within one priority by lot, in
 * proportion to weight (RFC 2782). `random` gives numbers from 0 (included) to 1 (excluded). A single
 * record with the target "." says that there is no such service.
 */
export function orderSrv(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  const usable = records.filter(({ name }) => name !== '' && name !== '.');
  const priorities = [...new Set(usable.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drawn(
      usable.filter((record) => record.priority === priority),
      random,
    ),
  );
}

function drawn(records: SrvRecord[], random: () => number): SrvRecord[] {
  // RFC 2782: those without weight stand first, so that they are drawn only by the number 0.
  const left = [...records].sort((a, b) => Number(a.weight > 0) - Number(b.weight > 0));
  const order: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const lot = Math.floor(random() * (total + 1));
    let sum = 0;
    const at = left.findIndex(({ weight }) => (sum += weight) >= lot);
    order.push(...left.splice(at, 1));
  }
  return order;
}
