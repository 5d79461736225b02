/** By which names this machine can be typed into a browser. */
import { hostname, networkInterfaces } from 'node:os';

export interface MachineNames {
  hostname: string;
  /** IPv4 and IPv6 literals of every interface, loopback among them; no zone. */
  addresses: string[];
}

export function machineNames(): MachineNames {
  const all = Object.values(networkInterfaces()).flatMap((some = []) => some);
  const addresses = all.map(({ address }) => address.split('%')[0] ?? address);
  return { hostname: hostname(), addresses: [...new Set(addresses)].sort() };
}
