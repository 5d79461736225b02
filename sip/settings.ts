import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseOutboundRoutes, type OutboundRoutes } from './gateway/routing/outbound-routes';
import { parseNetworks, type AddressNetwork } from './transport/address-networks';
import { readAuthorities, readCertificate, type CertificateFiles } from './transport/certificate';
import type { Protocol } from './transport/flow';
import { isWildcard } from './transport/local-address';
import type { ListenAddress } from './transport/network';

/**
 * The edge's own settings: reads the environment once, reports every problem at once, and knows
 * nothing of the app's settings.
 */
export interface EdgeSettings {
  sip: ListenAddress[];
  /** `SIP_LISTEN=off`: signalling is somebody else's work. */
  mediaOnly: boolean;
  /** SIP_LISTEN was not set: only loopback and private sources are served. */
  privateOnly: boolean;
  /** For tls and wss listeners; undefined when there are none. Read and tried already. */
  tls: CertificateFiles | undefined;
  /** Which of our addresses signalling and SDP name to whom; empty: the one nearest to the peer. */
  sipNetworks: AddressNetwork[];
  mediaNetworks: AddressNetwork[];
  drachtio: HostPort & { secret: string };
  /** Apps connect by TLS too, or `only` so. Read and tried already. */
  drachtioTls: (HostPort & { files: CertificateFiles; only: boolean }) | undefined;
  /** Requests that go out to apps; with what SIP_TLS_CA names, read and tried already. */
  outbound: { routes: OutboundRoutes; caFile: string };
  control: HostPort & { secret: string };
  /** SIP_LINE_LIMIT: callers who may wait in line until the app has caught up. */
  lineLimit: number;
  /** SIP_RECOVER: callers of a fallen edge are taken up again instead of being hung up on. */
  recover: boolean;
  /** What must outlive this process: below the product's data folder, and the edge's alone. */
  dataDir: string;
  mediaPorts: [low: number, high: number];
  maxStreams: number;
  recordingsDir: string;
  graceMs: number;
  orphanLimitMs: number;
  logLevel: string;
}

interface HostPort {
  host: string;
  port: number;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
/** What two cores carried in the measurements of docs/performance.md, with half of it in reserve. */
const DEFAULT_MAX_STREAMS = 800;

/** The settings, or all that is wrong with them, one sentence each. */
export function readSettings(
  env: Record<string, string | undefined>,
): { settings: EdgeSettings } | { problems: string[] } {
  const reader = new Reader(env);
  const listen = sipListen(reader);
  const settings: EdgeSettings = {
    ...listen,
    tls: tlsFiles(reader, listen.sip),
    sipNetworks: sipNetworks(reader, listen),
    mediaNetworks: mediaNetworks(reader),
    ...drachtioListen(reader, listen),
    outbound: outbound(reader),
    control: {
      ...reader.hostPort('MEDIA_LISTEN', '127.0.0.1:9023'),
      secret: reader.secret('MEDIA_SECRET'),
    },
    lineLimit: reader.whole('SIP_LINE_LIMIT', 5000, 0, 1_000_000),
    recover: reader.oneOf('SIP_RECOVER', 'off', ['on', 'off']) === 'on',
    dataDir: resolve(reader.text('OPENLINE_DATA', './data'), 'edge'),
    mediaPorts: reader.ports('MEDIA_PORTS', '20000-32767'),
    maxStreams: reader.whole('MEDIA_MAX_STREAMS', DEFAULT_MAX_STREAMS, 1, 100_000),
    recordingsDir: resolve(reader.text('RECORDINGS_DIR', './recordings')),
    graceMs: 1000 * reader.whole('SIP_APP_GRACE_SECONDS', 60, 0, 86_400),
    orphanLimitMs: 1000 * reader.whole('MEDIA_ORPHAN_LIMIT_SECONDS', 7200, 0, 604_800),
    logLevel: reader.oneOf('LOG_LEVEL', 'info', LEVELS),
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { settings };
}

type SipListen = Pick<EdgeSettings, 'sip' | 'mediaOnly' | 'privateOnly'>;

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];
const DEFAULT_LISTEN = 'udp://0.0.0.0:5060,tcp://0.0.0.0:5060,ws://127.0.0.1:5066';

function sipListen(reader: Reader): SipListen {
  const given = reader.text('SIP_LISTEN', '');
  if (given === 'off') return { sip: [], mediaOnly: true, privateOnly: false };
  const sip: ListenAddress[] = [];
  const urls = (given || DEFAULT_LISTEN).split(',').map((url) => url.trim());
  for (const url of urls.filter((one) => one !== '')) {
    const [scheme, rest = ''] = url.split('://');
    const protocol = PROTOCOLS.find((one) => one === scheme);
    const place = parseHostPort(rest);
    if (place !== undefined && protocol !== undefined) sip.push({ protocol, ...place });
    else
      reader.problems.push(`SIP_LISTEN: "${url}" is not udp://, tcp:// … with address and port.`);
  }
  return { sip, mediaOnly: false, privateOnly: given === '' };
}

/** The certificate of tls and wss listeners; without such a listener it is not looked at. */
function tlsFiles(reader: Reader, sip: ListenAddress[]): CertificateFiles | undefined {
  const secure = sip.find(({ protocol }) => protocol === 'tls' || protocol === 'wss');
  if (secure === undefined) return undefined;
  const names = ['SIP_TLS_CERT', 'SIP_TLS_KEY'] as const;
  for (const name of names) {
    if (reader.text(name, '') !== '') continue;
    reader.problems.push(`${name} must be set for ${secure.protocol}:// listeners.`);
  }
  return triedFiles(reader, names);
}

/** Undefined when one is not set; what else is wrong with them is a problem. */
function triedFiles(
  reader: Reader,
  [certName, keyName]: readonly [string, string],
): CertificateFiles | undefined {
  const [cert, key] = [reader.text(certName, ''), reader.text(keyName, '')];
  if (cert === '' || key === '') return undefined;
  const files = { cert, key, ca: reader.text('SIP_TLS_CA', '') };
  try {
    readCertificate(files);
  } catch (error) {
    reader.problems.push(`${certName}, ${keyName}: ${(error as Error).message}.`);
  }
  return files;
}

/** Where apps connect: in the clear, by TLS, or both. The TLS port has SIP's certificate unless it has its own. */
function drachtioListen(
  reader: Reader,
  { mediaOnly }: SipListen,
): Pick<EdgeSettings, 'drachtio' | 'drachtioTls'> {
  const secret = mediaOnly ? '' : reader.secret('DRACHTIO_SECRET');
  const only = reader.text('DRACHTIO_LISTEN', '') === 'off';
  const plain = only ? { host: '', port: 0 } : reader.hostPort('DRACHTIO_LISTEN', '127.0.0.1:9022');
  const drachtio = { ...plain, secret };
  if (reader.text('DRACHTIO_TLS_LISTEN', '') === '' || mediaOnly) {
    if (only && !mediaOnly) {
      reader.problems.push('DRACHTIO_LISTEN: off needs DRACHTIO_TLS_LISTEN.');
    }
    return { drachtio, drachtioTls: undefined };
  }
  const own = ['DRACHTIO_TLS_CERT', 'DRACHTIO_TLS_KEY'] as const;
  const given = own.some((name) => reader.text(name, '') !== '');
  const files = triedFiles(reader, given ? own : ['SIP_TLS_CERT', 'SIP_TLS_KEY']);
  if (files === undefined) {
    reader.problems.push(`DRACHTIO_TLS_LISTEN needs ${own.join(' and ')}, or those of SIP_TLS.`);
    return { drachtio, drachtioTls: undefined };
  }
  const place = reader.hostPort('DRACHTIO_TLS_LISTEN', '');
  return { drachtio, drachtioTls: { ...place, files, only } };
}

function outbound(reader: Reader): EdgeSettings['outbound'] {
  const { routes, problems } = parseOutboundRoutes(reader.text('DRACHTIO_OUTBOUND', ''));
  reader.problems.push(...problems.map((problem) => `DRACHTIO_OUTBOUND ${problem}`));
  const caFile = routes.size === 0 ? '' : reader.text('SIP_TLS_CA', '');
  try {
    readAuthorities(caFile);
  } catch (error) {
    reader.problems.push(`SIP_TLS_CA: ${(error as Error).message}.`);
  }
  return { routes, caFile };
}

/** RTP is sent and taken by IPv4 only. */
function mediaNetworks(reader: Reader): AddressNetwork[] {
  const networks = reader.networks('MEDIA_NETWORKS');
  for (const { name, bind } of networks) {
    if (bind.includes(':')) reader.problems.push(`MEDIA_NETWORKS: ${name} is not IPv4.`);
  }
  return networks;
}

/** Every network must face a listener, or it could never be used. */
function sipNetworks(reader: Reader, { sip, mediaOnly }: SipListen): AddressNetwork[] {
  const networks = reader.networks('SIP_NETWORKS');
  const hosts = sip.map(({ host }) => host);
  for (const { name, bind } of mediaOnly ? [] : networks) {
    if (isWildcard(bind) || hosts.some((host) => host === bind || isWildcard(host))) continue;
    reader.problems.push(
      `SIP_NETWORKS: ${name} binds to ${bind}, where SIP_LISTEN has no listener.`,
    );
  }
  return networks;
}

/** Takes one setting after the other and collects what is wrong with them. */
class Reader {
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

  oneOf(name: string, fallback: string, allowed: string[]): string {
    const value = this.text(name, fallback);
    if (!allowed.includes(value)) {
      this.problems.push(`${name}: "${value}" is none of ${allowed.join(', ')}.`);
    }
    return value;
  }
}

function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || port > 65535) return undefined;
  if (host === 'localhost') return { host: '127.0.0.1', port };
  return isIP(host) === 0 ? undefined : { host, port };
}
