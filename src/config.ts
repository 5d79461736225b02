/**
 * The one schema of all settings (architecture, "Settings"). Decides which are right, tells every
 * problem at once, and gives the rest of the app a typed `Config`. Settings that only the edge reads
 * are listed for their defaults and checked by the edge itself.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { BACKUP_SETTINGS, backupSettings, type BackupSettings } from './backup-settings';
import { triedCertificate, type CertificateFiles } from './certificate-files';
import { withEnvFile } from './env-file';
import { MAIL_SETTINGS, mailSettings, type MailSettings } from './mail-settings';
import { loadSecrets, type Secrets } from './secrets';
import { TEXT_SETTINGS, textSettings, type TextSettings } from './text-settings';

/** Every setting and its default, in the order of `.env.example`; `''` means not set. */
export const SETTINGS = {
  OPENLINE_DATA: './data',
  DATABASE_URL: '',
  SIP_LISTEN: 'udp://0.0.0.0:5060,tcp://0.0.0.0:5060,ws://127.0.0.1:5066',
  SIP_TLS_CERT: '',
  SIP_TLS_KEY: '',
  SIP_TLS_CA: '',
  SIP_NETWORKS: '',
  MEDIA_NETWORKS: '',
  DRACHTIO_LISTEN: '127.0.0.1:9022',
  DRACHTIO_HOST: '127.0.0.1',
  DRACHTIO_PORT: '9022',
  DRACHTIO_SECRET: '',
  DRACHTIO_TLS_LISTEN: '',
  DRACHTIO_TLS_CERT: '',
  DRACHTIO_TLS_KEY: '',
  DRACHTIO_OUTBOUND: '',
  MEDIA_LISTEN: '127.0.0.1:9023',
  MEDIA_URL: 'tcp://127.0.0.1:9023',
  MEDIA_SECRET: '',
  MEDIA_FILES_LISTEN: '',
  MEDIA_PORTS: '20000-32767',
  MEDIA_WORKERS: '',
  MEDIA_MAX_STREAMS: '',
  HTTP_LISTEN: 'http://127.0.0.1:8080',
  HTTP_TLS_CERT: '',
  HTTP_TLS_KEY: '',
  HTTP_TRUSTED_PROXIES: '',
  HTTP_READS_PER_MINUTE: '1800',
  HTTP_CHANGES_PER_MINUTE: '600',
  HTTP_EXPORTS_PER_MINUTE: '120',
  HTTP_DIALS_PER_MINUTE: '60',
  HTTP_STRANGERS_PER_MINUTE: '600',
  NTP_SERVERS: '',
  DATA_RESERVE_MB: '500',
  RECORDINGS_DIR: './recordings',
  RECORDINGS_DIR_2: '',
  RECORDINGS_S3_URL: '',
  RECORDINGS_KEY_FILE: '',
  ...BACKUP_SETTINGS,
  SIP_LINE_LIMIT: '5000',
  SIP_MAX_MESSAGE_BYTES: '262144',
  SIP_MAX_HEADERS: '200',
  SIP_MAX_LINE_BYTES: '8192',
  SIP_APP_GRACE_SECONDS: '60',
  MEDIA_ORPHAN_LIMIT_SECONDS: '7200',
  SIP_RECOVER: 'off',
  SIP_CDRS: 'off',
  SIP_PEER: '',
  SIP_DRAIN_AT: '03:00',
  ...MAIL_SETTINGS,
  ...TEXT_SETTINGS,
  LOG_LEVEL: 'info',
  LOG_TO: 'stderr,files',
  LOG_FILE_MB: '10',
  LOG_KEEP_FILES: '50',
  LOG_KEEP_DAYS: '30',
  LOG_KEEP_MB: '500',
  WEBHOOK_NETWORKS: '',
} as const;

export type SettingName = keyof typeof SETTINGS;

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A host and a TCP port; port 0 means any free one. */
export interface HostPort {
  host: string;
  port: number;
}

/** Where HTTP listens. */
export interface HttpAddress extends HostPort {
  /** By TLS. */
  secure?: true;
}

/** Addresses within are named by it, so that it is known why they are allowed. */
export interface WebhookNetwork {
  name: string;
  /** `address/bits`. */
  cidrs: string[];
}

/** What the environment says, without secrets. */
export interface Settings {
  /** Absolute. Database, journal, secrets and edge state live here. */
  dataDir: string;
  /** Null: the launcher starts the embedded PostgreSQL and passes its URL on. */
  databaseUrl: string | null;
  /** Where the app finds the SIP engine (drachtio protocol). */
  drachtio: HostPort;
  /** Where the app finds the edge's control. */
  media: HostPort;
  /** Where HTTP and push listen; at least one. */
  http: HttpAddress[];
  /** Certificate and key of https addresses, absolute paths of PEM files; null: we make our own. */
  httpTls: CertificateFiles | null;
  /** Proxies that say who comes, `address/bits`; none: everybody comes by himself. */
  trustedProxies: string[];
  /** Requests a minute by kind: of one person or token, `strangers` of one network before signing in. */
  budgets: Record<'reads' | 'changes' | 'exports' | 'dials' | 'strangers', number>;
  /** Asked by SNTP how far our clock is; none: the system is asked. */
  ntpServers: HostPort[];
  /** MEDIA_NETWORKS is set; what it says is the edge's. */
  hasMediaNetworks: boolean;
  /** Free bytes of the data folder's disk below which nothing may be changed. */
  dataReserveBytes: number;
  /** Absolute. */
  recordingsDir: string;
  /** Takes over where the first is full or too slow; null for none. */
  recordingsDir2: string | null;
  /** Null: none are made by themselves. */
  backups: BackupSettings | null;
  /** Null: alarms are not mailed. */
  mail: MailSettings | null;
  /** Null: customers are not texted. */
  texts: TextSettings | null;
  logLevel: LogLevel;
  /** Private networks to which webhooks may send. */
  webhookNetworks: WebhookNetwork[];
  /** Where the launcher puts what its children log. */
  logTo: LogTo;
  logFiles: LogLimits;
}

/** One of them at least. */
export interface LogTo {
  stderr: boolean;
  files: boolean;
}

/** How large one file of a log gets, and what is kept of those that are full or of a day before. */
export interface LogLimits {
  fileBytes: number;
  /** Of each log, beside the one that is written. */
  keepFiles: number;
  keepDays: number;
  /** Of all logs together. */
  keepBytes: number;
}

export interface Config extends Settings {
  secrets: Secrets;
}

/** Thrown with all problems of the environment, one line each. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(`The settings cannot be used:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
}

/**
 * The configuration of this process: environment over the `.env` file of the working directory, and
 * the secrets of the data folder. Throws `ConfigError`. Files that it names are tried for who starts the
 * product (`tryFiles`); one that goes on after a fall takes what there is.
 */
export function loadConfig(
  env: NodeJS.ProcessEnv = process.env,
  cwd = process.cwd(),
  { tryFiles = false } = {},
): Config {
  const all = withEnvFile(env, resolve(cwd, '.env'));
  const settings = parseSettings(all, cwd);
  const problems = tryFiles ? fileProblems(settings) : [];
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...settings, secrets: loadSecrets(settings.dataDir, all) };
}

function fileProblems({ http, httpTls }: Settings): string[] {
  if (httpTls === null || !http.some(({ secure }) => secure)) return [];
  const given = triedCertificate(httpTls, Date.now());
  return 'problem' in given ? [`HTTP_TLS_CERT, HTTP_TLS_KEY: ${given.problem}.`] : [];
}

/** Checks the environment and throws `ConfigError` with every problem found. Reads no file but SMTP_CA. */
export function parseSettings(env: NodeJS.ProcessEnv, cwd: string): Settings {
  const problems: string[] = [];
  const value = (name: SettingName): string => env[name]?.trim() || SETTINGS[name];
  const take = <T>(name: SettingName, parse: (text: string) => T | null, expected: string): T => {
    const parsed = parse(value(name));
    if (parsed === null)
      problems.push(`${name}=${shown(name, value(name))}: expected ${expected}.`);
    // Never used when null: the problems are thrown below.
    return parsed as T;
  };
  const perMinute = (name: SettingName) =>
    take(name, requests, 'a whole number of requests a minute, 10 to 1000000');
  const settings: Settings = {
    dataDir: resolve(cwd, value('OPENLINE_DATA')),
    databaseUrl:
      take('DATABASE_URL', databaseUrl, 'postgres://user:password@host:port/name') || null,
    drachtio: {
      host: value('DRACHTIO_HOST'),
      port: take('DRACHTIO_PORT', port, 'a port number from 1 to 65535'),
    },
    media: take('MEDIA_URL', (text) => hostPort(text, 'tcp'), 'tcp://host:port'),
    http: take('HTTP_LISTEN', httpAddresses, 'http:// or https://address:port, several by commas'),
    httpTls: httpTls(value, cwd, problems),
    trustedProxies: take(
      ...(['HTTP_TRUSTED_PROXIES', addressesOrCidrs] as const),
      'address or address/bits, several divided by commas',
    ),
    budgets: {
      reads: perMinute('HTTP_READS_PER_MINUTE'),
      changes: perMinute('HTTP_CHANGES_PER_MINUTE'),
      exports: perMinute('HTTP_EXPORTS_PER_MINUTE'),
      dials: perMinute('HTTP_DIALS_PER_MINUTE'),
      strangers: perMinute('HTTP_STRANGERS_PER_MINUTE'),
    },
    ntpServers: take('NTP_SERVERS', ntpServers, 'host or host:port, several divided by commas'),
    hasMediaNetworks: value('MEDIA_NETWORKS') !== '',
    dataReserveBytes:
      take('DATA_RESERVE_MB', megabytes, 'a whole number of megabytes, 0 or more') * 1e6,
    recordingsDir: resolve(cwd, value('RECORDINGS_DIR')),
    recordingsDir2:
      value('RECORDINGS_DIR_2') === '' ? null : resolve(cwd, value('RECORDINGS_DIR_2')),
    backups: backupSettings(value, { cwd, problems }),
    mail: mailSettings(value, { cwd, problems }),
    texts: textSettings(value, { problems }),
    logLevel: take('LOG_LEVEL', logLevel, `one of ${LOG_LEVELS.join(', ')}`),
    logTo: take('LOG_TO', logTo, 'stderr, files, or both divided by a comma'),
    logFiles: {
      fileBytes: take('LOG_FILE_MB', atLeastOne, 'a whole number of megabytes, 1 or more') * 1e6,
      keepFiles: take('LOG_KEEP_FILES', megabytes, 'a whole number, 0 or more'),
      keepDays: take('LOG_KEEP_DAYS', atLeastOne, 'a whole number of days, 1 or more'),
      keepBytes: take('LOG_KEEP_MB', atLeastOne, 'a whole number of megabytes, 1 or more') * 1e6,
    },
    webhookNetworks: take(
      ...(['WEBHOOK_NETWORKS', webhookNetworks] as const),
      'name address/bits …, several divided by `;`, such as: dms 10.20.0.0/16; crm 192.168.5.7/32',
    ),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return settings;
}

/** A database URL carries a password; a wrong one must not reach the log. */
function shown(name: SettingName, text: string): string {
  return name === 'DATABASE_URL' ? '(hidden)' : text;
}

function databaseUrl(text: string): string | null {
  if (text === '') return '';
  if (!URL.canParse(text)) return null;
  return ['postgres:', 'postgresql:'].includes(new URL(text).protocol) ? text : null;
}

function port(text: string): number | null {
  const number = Number(text);
  return /^\d{1,5}$/.test(text) && number >= 1 && number <= 65535 ? number : null;
}

function megabytes(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

const atLeastOne = (text: string): number | null => megabytes(text) || null;

function logTo(text: string): LogTo | null {
  const named = text.split(',').map((one) => one.trim());
  if (named.some((one) => one !== 'stderr' && one !== 'files')) return null;
  return { stderr: named.includes('stderr'), files: named.includes('files') };
}

function requests(text: string): number | null {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  return number >= 10 && number <= 1_000_000 ? number : null;
}

function httpAddresses(text: string): HttpAddress[] | null {
  const addresses = text.split(',').map((one) => httpAddress(one.trim()));
  return addresses.every((one) => one !== null) ? addresses : null;
}

/** `name cidr cidr; name cidr`. */
function webhookNetworks(text: string): WebhookNetwork[] | null {
  const all = text === '' ? [] : text.split(';').map((one) => one.trim().split(/\s+/));
  const networks = all.map(([name = '', ...cidrs]) => ({ name, cidrs }));
  const isGood = ({ name, cidrs }: WebhookNetwork): boolean =>
    /^[\w-]{1,64}$/.test(name) && cidrs.length > 0 && cidrs.every(isCidr);
  return networks.every(isGood) ? networks : null;
}

/** All as `address/bits`. */
function addressesOrCidrs(text: string): string[] | null {
  const all = text === '' ? [] : text.split(',').map((one) => one.trim());
  const cidrs = all.map((one) => (isIP(one) === 0 ? one : `${one}/${isIP(one) === 4 ? 32 : 128}`));
  return cidrs.every(isCidr) ? cidrs : null;
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most && more.length === 0;
}

/** NTP's own port unless another is named. */
function ntpServers(text: string): HostPort[] | null {
  const all = text === '' ? [] : text.split(',').map((one) => one.trim());
  const named = all.map((one) =>
    hostPort(`ntp://${/:\d+$/.test(one) ? one : `${one}:123`}`, 'ntp'),
  );
  return named.every((one) => one !== null && one.port > 0) ? (named as HostPort[]) : null;
}

function httpAddress(text: string): HttpAddress | null {
  const secure = hostPort(text, 'https');
  return secure === null ? hostPort(text, 'http') : { ...secure, secure: true };
}

/** Both files or none. What is in them is looked at by who uses them, and by the launcher before it starts. */
function httpTls(
  value: (name: SettingName) => string,
  cwd: string,
  problems: string[],
): Settings['httpTls'] {
  const [cert, key] = [value('HTTP_TLS_CERT'), value('HTTP_TLS_KEY')];
  if (cert === '' && key === '') return null;
  if (cert === '') problems.push('HTTP_TLS_CERT must be set where HTTP_TLS_KEY is.');
  if (key === '') problems.push('HTTP_TLS_KEY must be set where HTTP_TLS_CERT is.');
  return { cert: resolve(cwd, cert), key: resolve(cwd, key) };
}

function logLevel(text: string): LogLevel | null {
  return LOG_LEVELS.find((level) => level === text) ?? null;
}

/** `scheme://host:port`, with IPv6 addresses in brackets; the port must be written out. */
export function hostPort(text: string, scheme: string): HostPort | null {
  const match = /^([a-z]+):\/\/(\[[0-9a-fA-F:.]+\]|[^\s/:[\]]+):(\d{1,5})\/?$/.exec(text);
  if (match?.[1] !== scheme || match[2] === undefined) return null;
  const number = Number(match[3]);
  return number <= 65535 ? { host: match[2].replace(/^\[|\]$/g, ''), port: number } : null;
}

/** The address at which a listener on `host` is reached from the same machine, for URLs. */
export function reachableHost(host: string): string {
  const local: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const address = local[host] ?? host;
  return address.includes(':') ? `[${address}]` : address;
}
