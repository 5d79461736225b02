import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ConfigError,
  hostPort,
  loadConfig,
  parseSettings,
  reachableHost,
  SETTINGS,
} from '../../src/config';

const root = join(__dirname, '../..');

function problemsOf(env: NodeJS.ProcessEnv): string[] {
  try {
    parseSettings(env, '/srv');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

test('without any setting the defaults hold', () => {
  expect(parseSettings({}, '/srv/openline')).toEqual({
    dataDir: '/srv/openline/data',
    budgets: { reads: 1800, changes: 600, exports: 120, dials: 60, strangers: 600 },
    dataReserveBytes: 500e6,
    databaseUrl: null,
    drachtio: { host: '127.0.0.1', port: 9022 },
    media: { host: '127.0.0.1', port: 9023 },
    http: [{ host: '127.0.0.1', port: 8080 }],
    httpTls: null,
    trustedProxies: [],
    ...{ ntpServers: [], hasMediaNetworks: false },
    recordingsDir: '/srv/openline/recordings',
    recordingsDir2: null,
    backups: null,
    mail: null,
    texts: null,
    logLevel: 'info',
    logTo: { stderr: true, files: true },
    logFiles: { fileBytes: 10e6, keepFiles: 50, keepDays: 30, keepBytes: 500e6 },
    webhookNetworks: [],
  });
});

test('an empty setting is not set', () => {
  const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, '']));
  expect(parseSettings(empty, '/srv')).toEqual(parseSettings({}, '/srv'));
});

test('takes what is set', () => {
  const settings = parseSettings(
    {
      OPENLINE_DATA: '/var/lib/openline',
      DATABASE_URL: 'postgresql://u:p@db:5432/openline',
      DRACHTIO_HOST: 'drachtio',
      DRACHTIO_PORT: '9024',
      MEDIA_URL: 'tcp://[::1]:9025',
      HTTP_LISTEN: 'http://127.0.0.1:0, http://[::]:8081,https://0.0.0.0:8443',
      HTTP_TLS_CERT: 'tls/cert.pem',
      HTTP_TLS_KEY: '/etc/key.pem',
      HTTP_TRUSTED_PROXIES: '10.0.0.2, 10.9.0.0/24,fd00::2',
      HTTP_READS_PER_MINUTE: '3000',
      NTP_SERVERS: 'ntp.aliyun.com, [::1]:1123',
      MEDIA_NETWORKS: 'lan 10.0.0.5 10.0.0.5 10.0.0.0/8',
      DATA_RESERVE_MB: '2000',
      RECORDINGS_DIR: 'rec',
      RECORDINGS_DIR_2: 'rec2',
      ...{ BACKUP_DIR: 'saved', BACKUP_AT: '23', BACKUP_KEEP: '3' },
      LOG_LEVEL: 'debug',
      LOG_TO: 'files',
      LOG_FILE_MB: '1',
      LOG_KEEP_FILES: '0',
      LOG_KEEP_DAYS: '7',
      LOG_KEEP_MB: '20',
      WEBHOOK_NETWORKS: 'dms 10.20.0.0/16 fd00::/8; crm 192.168.5.7/32',
    },
    '/srv',
  );
  expect(settings).toEqual({
    dataDir: '/var/lib/openline',
    dataReserveBytes: 2e9,
    databaseUrl: 'postgresql://u:p@db:5432/openline',
    drachtio: { host: 'drachtio', port: 9024 },
    media: { host: '::1', port: 9025 },
    http: [
      { host: '127.0.0.1', port: 0 },
      { host: '::', port: 8081 },
      { host: '0.0.0.0', port: 8443, secure: true },
    ],
    httpTls: { cert: '/srv/tls/cert.pem', key: '/etc/key.pem' },
    trustedProxies: ['10.0.0.2/32', '10.9.0.0/24', 'fd00::2/128'],
    budgets: { reads: 3000, changes: 600, exports: 120, dials: 60, strangers: 600 },
    ntpServers: [
      { host: 'ntp.aliyun.com', port: 123 },
      { host: '::1', port: 1123 },
    ],
    hasMediaNetworks: true,
    recordingsDir: '/srv/rec',
    recordingsDir2: '/srv/rec2',
    backups: { dir: '/srv/saved', atMinute: 1380, keep: 3 },
    mail: null,
    texts: null,
    logLevel: 'debug',
    logTo: { stderr: false, files: true },
    logFiles: { fileBytes: 1e6, keepFiles: 0, keepDays: 7, keepBytes: 20e6 },
    webhookNetworks: [
      { name: 'dms', cidrs: ['10.20.0.0/16', 'fd00::/8'] },
      { name: 'crm', cidrs: ['192.168.5.7/32'] },
    ],
  });
});

test.each([
  ['DATA_RESERVE_MB', '-1'],
  ['BACKUP_AT', '24:00'],
  ['BACKUP_AT', 'night'],
  ['BACKUP_KEEP', '0'],
  ['DATABASE_URL', 'mysql://x'],
  ['DATABASE_URL', 'localhost'],
  ['DRACHTIO_PORT', '0'],
  ['DRACHTIO_PORT', '70000'],
  ['DRACHTIO_PORT', '9022x'],
  ['MEDIA_URL', '127.0.0.1:9023'],
  ['HTTP_LISTEN', 'https://127.0.0.1'],
  ['HTTP_LISTEN', 'ftp://127.0.0.1:8443'],
  ['HTTP_LISTEN', 'http://127.0.0.1'],
  ['HTTP_LISTEN', 'http://127.0.0.1:8080,,'],
  ['HTTP_TRUSTED_PROXIES', 'proxy.example'],
  ['HTTP_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['HTTP_TRUSTED_PROXIES', '10.0.0.2,'],
  ['HTTP_READS_PER_MINUTE', '9'],
  ['HTTP_DIALS_PER_MINUTE', 'off'],
  ['NTP_SERVERS', 'a b'],
  ['NTP_SERVERS', 'ntp.example:0'],
  ['LOG_LEVEL', 'verbose'],
  ['LOG_TO', 'stdout'],
  ['LOG_TO', 'files,'],
  ['LOG_FILE_MB', '0'],
  ['LOG_KEEP_FILES', '-1'],
  ['LOG_KEEP_DAYS', '0'],
  ['LOG_KEEP_MB', 'all'],
])('%s=%s is a problem of its own', (name, value) => {
  const problems = problemsOf({ [name]: value });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(new RegExp(`^${name}=.*expected`));
});

test.each([
  [{ HTTP_TLS_CERT: 'a' }, 'HTTP_TLS_KEY must be set where HTTP_TLS_CERT is.'],
  [{ HTTP_TLS_KEY: 'a' }, 'HTTP_TLS_CERT must be set where HTTP_TLS_KEY is.'],
])('half a certificate is a problem: %j', (env, problem) => {
  expect(problemsOf(env)).toEqual([problem]);
});

test('tells every problem at once', () => {
  const wrong = { DATABASE_URL: 'x', DRACHTIO_PORT: 'x', HTTP_LISTEN: 'x', LOG_LEVEL: 'x' };
  expect(problemsOf(wrong).map((problem) => problem.split('=')[0])).toEqual(Object.keys(wrong));
});

test('does not show the password of a wrong database URL', () => {
  expect(problemsOf({ DATABASE_URL: 'mysql://u:geheim@db/x' }).join()).not.toContain('geheim');
});

test('.env.example documents every setting with its default, in the same order, and no other', () => {
  const documented = [
    ...readFileSync(join(root, '.env.example'), 'utf8').matchAll(/^#?([A-Z_0-9]+)=(.*)$/gm),
  ].map(([, name, value]) => [name, value]);
  const shown = Object.fromEntries(documented) as Record<string, string>;
  expect(Object.keys(shown).sort()).toEqual(Object.keys(SETTINGS).sort());
  const { DATABASE_URL: _example, ...rest } = shown;
  const { DATABASE_URL: _default, ...defaults } = SETTINGS;
  expect(rest).toEqual(defaults);
});

test.each([
  ['http://0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ['http://[::1]:80/', { host: '::1', port: 80 }],
  ['http://host:65536', null],
  ['http://ho/st:80', null],
  ['tcp://host:80', null],
])('%s as an HTTP address is %j', (text, expected) => {
  expect(hostPort(text, 'http')).toEqual(expected);
});

test.each([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
  ['10.1.2.3', '10.1.2.3'],
])('a listener on %s is reached at %s', (host, expected) => {
  expect(reachableHost(host)).toBe(expected);
});

describe('in a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'openline-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('reads .env, over which the environment wins', () => {
    writeFileSync(join(folder, '.env'), 'LOG_LEVEL=debug\nDRACHTIO_PORT=1\n');
    const config = loadConfig({ DRACHTIO_PORT: '2' }, folder);
    expect(config).toMatchObject({ logLevel: 'debug', drachtio: { port: 2 } });
  });

  test('tries the certificate for who starts the product, where https listens', () => {
    const files = { HTTP_TLS_CERT: 'none.pem', HTTP_TLS_KEY: 'none.pem' };
    const secure = { HTTP_LISTEN: 'https://127.0.0.1:8443' };
    const load = (env: NodeJS.ProcessEnv, tryFiles: boolean) => () =>
      loadConfig(env, folder, { tryFiles });
    expect(load({ ...files, ...secure }, true)).toThrow(/HTTP_TLS_CERT, HTTP_TLS_KEY: .*none\.pem/);
    for (const fine of [
      load({ ...files, ...secure }, false),
      load(files, true),
      load(secure, true),
    ])
      expect(fine).not.toThrow();
  });

  test('makes the secrets at first start, for the owner only, and finds them again', () => {
    const { secrets } = loadConfig({}, folder);
    expect(Object.keys(secrets)).toEqual(['drachtio', 'media', 'session', 'admin', 'seal']);
    expect(new Set(Object.values(secrets)).size).toBe(5);
    for (const [name, secret] of Object.entries(secrets)) {
      expect(secret).toMatch(/^[0-9a-f]{64}$/);
      expect(statSync(join(folder, 'data/secrets', name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(folder, 'data/secrets')).mode & 0o777).toBe(0o700);
    expect(loadConfig({}, folder).secrets).toEqual(secrets);
  });

  test('takes secrets that are given, and makes no file for them', () => {
    const { secrets } = loadConfig({ DRACHTIO_SECRET: 'a', MEDIA_SECRET: 'b' }, folder);
    expect(secrets).toMatchObject({ drachtio: 'a', media: 'b' });
    expect(() => statSync(join(folder, 'data/secrets/drachtio'))).toThrow(/ENOENT/);
  });
});

const MAIL = {
  ...{ SMTP_HOST: 'mail.dealer.cn', SMTP_USER: 'alarm', SMTP_PASSWORD: 'hidden one' },
  ...{ ALARM_MAIL_FROM: 'openline@dealer.cn', ALARM_MAIL_TO: 'it@dealer.cn, boss@dealer.cn' },
};

test('a mail server is taken with its usual port', () => {
  expect(parseSettings(MAIL, '/srv').mail).toEqual({
    server: {
      ...{ host: 'mail.dealer.cn', port: 587, tls: 'starttls', ca: null },
      ...{ user: 'alarm', password: 'hidden one' },
    },
    ...{ from: 'openline@dealer.cn', to: ['it@dealer.cn', 'boss@dealer.cn'], toCritical: [] },
    againMinutes: 30,
  });
  expect(parseSettings({ ...MAIL, SMTP_TLS: 'tls' }, '/srv').mail?.server.port).toBe(465);
  const local = { ...MAIL, SMTP_HOST: '127.0.0.1', SMTP_TLS: 'none' };
  expect(parseSettings(local, '/srv').mail?.server).toMatchObject({ port: 25, tls: 'none' });
});

test.each([
  [{ SMTP_TLS: 'none' }, 'SMTP_TLS=none'],
  [{ SMTP_TLS: 'off' }, 'SMTP_TLS=off'],
  [{ SMTP_PORT: '0' }, 'SMTP_PORT=0'],
  [{ SMTP_PASSWORD: '' }, 'SMTP_PASSWORD must be set'],
  [{ SMTP_CA: 'nowhere.pem' }, 'SMTP_CA: nowhere.pem'],
  [{ ALARM_MAIL_FROM: 'a@b\r\nBcc: c@d' }, 'ALARM_MAIL_FROM='],
  [{ ALARM_MAIL_TO: 'somebody' }, 'ALARM_MAIL_TO=somebody'],
  [{ ALARM_MAIL_MINUTES: '0' }, 'ALARM_MAIL_MINUTES=0'],
])('of mails %j is told, without the password', (wrong, begins) => {
  const problems = problemsOf({ ...MAIL, ...wrong });
  expect(problems).toEqual([expect.stringContaining(begins)]);
  expect(problems.join()).not.toContain('hidden one');
});
