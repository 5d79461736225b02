import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { DEFAULT_LIMITS, TOP_LIMITS, type MessageLimits } from './message/limits';
import { parsePeer } from './gateway/peer/peer-uri';
import { parseTimeOfDay } from './gateway/peer/time-of-day';
import { parseOutboundRoutes, type OutboundRoutes } from './gateway/routing/outbound-routes';
import { parseHostPort, SettingsReader, type HostPort } from './settings-reader';
import type { AddressNetwork } from './transport/address-networks';
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
  /** SIP_MAX_MESSAGE_BYTES, SIP_MAX_HEADERS, SIP_MAX_LINE_BYTES. */
  messageLimits: MessageLimits;
  /** SIP_PEER: an edge that takes over while this one drains, as a URI; undefined for none. */
  peer: string | undefined;
  /** SIP_DRAIN_AT, milliseconds after midnight: without a peer an edge that is to go ends from then on. */
  drainAtMs: number;
  /** SIP_RECOVER: callers of a fallen edge are taken up again instead of being hung up on. */
  recover: boolean;
  /** SIP_CDRS: apps that ask for them get call detail records. */
  cdrs: boolean;
  /** What must outlive this process: below the product's data folder, and the edge's alone. */
  dataDir: string;
  /** Prompts and music of the store's own (`npx openline prompts`); it need not be there. */
  ownPromptsDir: string;
  mediaPorts: [low: number, high: number];
  /** MEDIA_WORKERS: threads that carry packets. */
  mediaWorkers: number;
  /** MEDIA_MAX_STREAMS; undefined: as many as the machine carries, measured at the start. */
  maxStreams: number | undefined;
  recordingsDir: string;
  /** RECORDINGS_DIR_2: takes over where the first is full or too slow; undefined for none. */
  recordingsDir2: string | undefined;
  /** MEDIA_FILES_LISTEN: apps on other hosts fetch finished recordings here; undefined: they share the folder. */
  filesListen: HostPort | undefined;
  graceMs: number;
  orphanLimitMs: number;
  logLevel: string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** The settings, or all that is wrong with them, one sentence each. */
export function readSettings(
  env: Record<string, string | undefined>,
): { settings: EdgeSettings } | { problems: string[] } {
  const reader = new SettingsReader(env);
  const listen = sipListen(reader);
  const settings: EdgeSettings = {
    ...listen,
    tls: tlsFiles(reader, listen.sip),
    sipNetworks: sipNetworks(reader, listen),
    mediaNetworks: reader.networks('MEDIA_NETWORKS'),
    ...drachtioListen(reader, listen),
    outbound: outbound(reader),
    control: {
      ...reader.hostPort('MEDIA_LISTEN', '127.0.0.1:9023'),
      secret: reader.secret('MEDIA_SECRET'),
    },
    lineLimit: reader.whole('SIP_LINE_LIMIT', 5000, 0, 1_000_000),
    messageLimits: messageLimits(reader),
    peer: peerEdge(reader, listen),
    drainAtMs: reader.parsed('SIP_DRAIN_AT', '03:00', parseTimeOfDay, 'no time like 03:00') ?? 0,
    recover: reader.oneOf('SIP_RECOVER', 'off', ['on', 'off']) === 'on',
    cdrs: reader.oneOf('SIP_CDRS', 'off', ['on', 'off']) === 'on',
    dataDir: resolve(reader.text('OPENLINE_DATA', './data'), 'edge'),
    ownPromptsDir: resolve(reader.text('OPENLINE_DATA', './data'), 'prompts'),
    mediaPorts: reader.ports('MEDIA_PORTS', '20000-32767'),
    mediaWorkers: reader.whole('MEDIA_WORKERS', availableParallelism(), 1, 256),
    maxStreams: streamLimit(reader),
    recordingsDir: resolve(reader.text('RECORDINGS_DIR', './recordings')),
    recordingsDir2: secondFolder(reader),
    filesListen: reader.parsed('MEDIA_FILES_LISTEN', '', httpPlace, 'not http://address:port'),
    graceMs: 1000 * reader.whole('SIP_APP_GRACE_SECONDS', 60, 0, 86_400),
    orphanLimitMs: 1000 * reader.whole('MEDIA_ORPHAN_LIMIT_SECONDS', 7200, 0, 604_800),
    logLevel: reader.oneOf('LOG_LEVEL', 'info', LEVELS),
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { settings };
}

function streamLimit(reader: SettingsReader): number | undefined {
  const name = 'MEDIA_MAX_STREAMS';
  return reader.text(name, '') === '' ? undefined : reader.whole(name, 0, 1, 100_000);
}

function secondFolder(reader: SettingsReader): string | undefined {
  const given = reader.text('RECORDINGS_DIR_2', '');
  return given === '' ? undefined : resolve(given);
}

function httpPlace(text: string): HostPort | undefined {
  const [, place] = /^http:\/\/(.+?)\/?$/.exec(text) ?? [];
  return place === undefined ? undefined : parseHostPort(place);
}

/** From what every phone needs to what every part behind the parser can take. */
function messageLimits(reader: SettingsReader): MessageLimits {
  const { messageBytes, headerLines, lineBytes } = DEFAULT_LIMITS;
  const top = TOP_LIMITS;
  return {
    messageBytes: reader.whole('SIP_MAX_MESSAGE_BYTES', messageBytes, 4096, top.messageBytes),
    headerLines: reader.whole('SIP_MAX_HEADERS', headerLines, 50, top.headerLines),
    lineBytes: reader.whole('SIP_MAX_LINE_BYTES', lineBytes, 1024, top.lineBytes),
  };
}

type SipListen = Pick<EdgeSettings, 'sip' | 'mediaOnly' | 'privateOnly'>;

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];
const DEFAULT_LISTEN = 'udp://0.0.0.0:5060,tcp://0.0.0.0:5060,ws://127.0.0.1:5066';

function sipListen(reader: SettingsReader): SipListen {
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
function tlsFiles(reader: SettingsReader, sip: ListenAddress[]): CertificateFiles | undefined {
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
  reader: SettingsReader,
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
  reader: SettingsReader,
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

function outbound(reader: SettingsReader): EdgeSettings['outbound'] {
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

/** Every network must face a listener, or it could never be used. */
function sipNetworks(reader: SettingsReader, { sip, mediaOnly }: SipListen): AddressNetwork[] {
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

/** By a transport that we can connect by: WebSocket is none (RFC 7118). A media-only edge needs no peer. */
function peerEdge(reader: SettingsReader, { sip, mediaOnly }: SipListen): string | undefined {
  const peer = reader.parsed('SIP_PEER', '', parsePeer, 'neither a sip URI nor host:port');
  if (peer === undefined || mediaOnly) return undefined;
  const { uri, protocol } = peer;
  const known = sip.some((one) => one.protocol === (protocol ?? one.protocol));
  if (!known || protocol === 'ws' || protocol === 'wss') {
    reader.problems.push(`SIP_PEER: SIP_LISTEN has no listener that connects by ${protocol}.`);
  }
  return uri;
}
