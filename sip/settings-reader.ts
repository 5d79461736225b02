import { isIP } from 'node:net';
import { parseNetworks, type AddressNetwork } from './transport/address-networks';

export interface HostPort {
  host: string;
  port: number;
}

/** Takes one setting after the other and collects what is wrong with them. */
export class SettingsReader {
  readonly problems: string[] = [];

  constructor(private readonly env: Record<string, string | undefined>) {}

  text(name: string, fallback: string): string {
    return this.env[name]?.trim() || fallback;
  }

  secret(name: string): string {
    const value = this.text(name, '');
    if (value === '') this.problems.push(`${name} must be set (the launcher makes one).`);
    if (value.includes('|')) this.problems.push(`${name} must not contain "|".`);
    return value;
  }

  hostPort(name: string, fallback: string): HostPort {
    const value = this.text(name, fallback);
    const place = parseHostPort(value);
    if (place === undefined) this.problems.push(`${name}: "${value}" is not address:port.`);
    return place ?? { host: '', port: 0 };
  }

  networks(name: string): AddressNetwork[] {
    const { networks, problems } = parseNetworks(this.text(name, ''));
    this.problems.push(...problems.map((problem) => `${name} ${problem}`));
    return networks;
  }

  /** `low-high`, or `0` for any free ports. */
  ports(name: string, fallback: string): [number, number] {
    const value = this.text(name, fallback);
    if (value === '0') return [0, 0];
    const match = /^(\d{1,5})-(\d{1,5})$/.exec(value);
    const [low, high] = [Number(match?.[1]), Number(match?.[2])];
    if (low >= 1 && high <= 65535 && high - low >= 1) return [low, high];
    this.problems.push(`${name}: "${value}" is not a range like 20000-32767.`);
    return [0, 0];
  }

  whole(name: string, fallback: number, low: number, high: number): number {
    const value = this.text(name, String(fallback));
    const number = /^\d+$/.test(value) ? Number(value) : NaN;
    if (number >= low && number <= high) return number;
    this.problems.push(`${name}: "${value}" is not a whole number from ${low} to ${high}.`);
    return fallback;
  }

  /** Undefined when it is not set, and a problem when `parse` finds none in what is. */
  parsed<T>(
    name: string,
    fallback: string,
    parse: (text: string) => T | undefined,
    fault: string,
  ): T | undefined {
    const value = this.text(name, fallback);
    if (value === '') return undefined;
    const found = parse(value);
    if (found === undefined) this.problems.push(`${name}: "${value}" is ${fault}.`);
    return found;
  }

  oneOf(name: string, fallback: string, allowed: string[]): string {
    const value = this.text(name, fallback);
    if (!allowed.includes(value)) {
      this.problems.push(`${name}: "${value}" is none of ${allowed.join(', ')}.`);
    }
    return value;
  }
}

export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65535) return undefined;
  if (host === 'localhost') return { host: '127.0.0.1', port };
  return isIP(host) === 0 ? undefined : { host, port };
}
