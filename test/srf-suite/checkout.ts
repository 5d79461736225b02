import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/**
 * A throw-away copy of drachtio-srf with its tests, made to run without containers: names and
 * addresses of its compose file become addresses of loopback. The tests themselves stay as they are.
 */

/** Which engine the suite is about, and which answers its second leg. `host:port` each. */
export interface Edges {
  admin: string;
  sip: string;
  secondAdmin: string;
  secondSip: string;
  secret: string;
  transport: 'udp' | 'tcp';
}

/** A container of the compose file that answers calls. */
export interface Answerer {
  name: string;
  address: string;
  scenario: string;
}

export interface Checkout {
  folder: string;
  answerers: Answerer[];
  /** Environment in which its test files run. */
  env: NodeJS.ProcessEnv;
}

/** What docker-shim.mjs is told. */
interface ShimSettings {
  sip: string;
  addresses: Record<string, string>;
  sippTransport: 'u1' | 't1';
  log: string;
}

/** The suite's addresses 172.29.0.x become these; every one of 127/8 is ours on Linux. */
const SUBNET = '127.29.0';
/** Containers that a test starts itself get addresses from here on. */
const FIRST_EXTRA = 201;

interface Service {
  name: string;
  image?: string;
  command?: string;
  ipv4_address?: string;
}

/** Copies the package of node_modules into `folder` and puts everything right. */
export function makeCheckout(folder: string, edges: Edges): Checkout {
  const root = resolve(__dirname, '../..');
  const copy = join(folder, 'checkout');
  const source = join(root, 'node_modules/drachtio-srf');
  cpSync(source, copy, { recursive: true, filter: (path) => basename(path) !== 'benchmark' });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const services = readServices(join(copy, 'test/docker-compose-testbed.yaml'));
  const prefix = (services[0]?.ipv4_address ?? '').split('.').slice(0, 3).join('.');
  const answerers = services
    .filter(({ command = '' }) => command.startsWith('sipp '))
    .map(({ name, command = '', ipv4_address = '' }) => ({
      name,
      address: ipv4_address.replace(prefix, SUBNET),
      scenario: join(copy, 'test/scenarios', basename(command.split(/\s+/)[2] ?? '')),
    }))
    .filter(({ scenario }) => existsSync(scenario));
  const addresses = Object.fromEntries(answerers.map(({ name, address }) => [name, address]));
  const scripts = [...scriptsIn(join(copy, 'test')), ...scriptsIn(join(copy, 'test/scripts'))];
  nameExtras(scripts, addresses);
  const second = services.filter(({ image = '' }) => image.includes('drachtio-server'))[1];
  const replace = replacing({ addresses, prefix, second: second?.ipv4_address, edges });
  for (const script of scripts) rewrite(script, replace);
  for (const scenario of filesIn(join(copy, 'test/scenarios'), '.xml')) {
    rewrite(scenario, (text) => escapeAttributes(replace(text)));
  }
  return { folder: copy, answerers, env: environment(folder, copy, addresses, edges) };
}

/** The few keys of the compose file that count, without a YAML parser's opinion on the rest. */
function readServices(file: string): Service[] {
  const services: Service[] = [];
  const text = readFileSync(file, 'utf8');
  for (const line of text.slice(text.indexOf('services:')).split('\n')) {
    const name = /^ {2}([\w.-]+):\s*$/.exec(line)?.[1];
    if (name !== undefined) services.push({ name });
    const [, key, value] = /^\s+(image|command|ipv4_address):\s*(.*)$/.exec(line) ?? [];
    const service = services.at(-1);
    if (key && service) Object.assign(service, { [key]: value?.trim() });
  }
  return services;
}

function nameExtras(scripts: string[], addresses: Record<string, string>): void {
  let extra = FIRST_EXTRA;
  for (const script of scripts) {
    for (const [, name] of readFileSync(script, 'utf8').matchAll(/sippUas\([^,]+,\s*'([\w-]+)'/g)) {
      if (name !== undefined) addresses[name] ??= `${SUBNET}.${extra++}`;
    }
  }
}

function replacing(known: {
  addresses: Record<string, string>;
  prefix: string;
  second: string | undefined;
  edges: Edges;
}): (text: string) => string {
  const { addresses, prefix, second, edges } = known;
  const names = Object.keys(addresses).sort((a, b) => b.length - a.length);
  const pairs: [RegExp, string][] = names.map((name) => {
    return [new RegExp(`(?<![\\w-])${literal(name)}(?![\\w.-])`, 'g'), addresses[name] as string];
  });
  if (second !== undefined) {
    pairs.unshift([new RegExp(`${literal(second)}(?!\\d)`, 'g'), edges.secondSip]);
  }
  pairs.push([new RegExp(literal(`${prefix}.`), 'g'), `${SUBNET}.`]);
  return (text) => pairs.reduce((so, [pattern, by]) => so.replace(pattern, by), text);
}

/** sipp 3.6 ends a tag at the first `>`, also inside an attribute. */
function escapeAttributes(text: string): string {
  const attribute = /(\s(?:regexp|value|check_it_inverse)\s*=\s*")([^"\n]*)"/g;
  return text.replace(attribute, (_, start: string, value: string) => {
    return `${start}${value.replace(/</g, '&lt;').replace(/>/g, '&gt;')}"`;
  });
}

function environment(
  folder: string,
  copy: string,
  addresses: Record<string, string>,
  edges: Edges,
): NodeJS.ProcessEnv {
  const shim: ShimSettings = {
    sip: edges.sip,
    addresses,
    sippTransport: edges.transport === 'udp' ? 'u1' : 't1',
    log: join(folder, 'sipp-calls.log'),
  };
  const { secret } = edges;
  return {
    PATH: `${shimFolder(folder)}:${process.env['PATH'] ?? ''}`,
    ...(process.env['NODE_PATH'] === undefined ? {} : { NODE_PATH: process.env['NODE_PATH'] }),
    NODE_ENV: 'test',
    SRF_SUITE: JSON.stringify(shim),
    NODE_CONFIG_DIR: join(copy, 'config'),
    NODE_CONFIG: JSON.stringify({
      'drachtio-sut': { ...hostAndPort(edges.admin), secret },
      'drachtio-uas': { ...hostAndPort(edges.secondAdmin), secret },
    }),
  };
}

function shimFolder(folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of ['docker', 'docker-compose']) {
    const command = `exec "${process.execPath}" "${join(__dirname, 'docker-shim.mjs')}" "$@"`;
    writeFileSync(join(bin, name), `#!/bin/sh\n${command}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}

function rewrite(file: string, change: (text: string) => string): void {
  chmodSync(file, 0o644);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function scriptsIn(folder: string): string[] {
  return filesIn(folder, '.js');
}

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));
}

function hostAndPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
