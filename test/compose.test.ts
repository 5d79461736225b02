import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SETTINGS } from '../src/config';

/**
 * docker-compose.yml and .env.example tell the same story: a variable that compose reads or sets is a
 * documented setting, or one that only a container of somebody else's knows; and every setting of .env reaches edge and
 * app, unless the container has its own.
 */
const root = join(__dirname, '..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** Variables of other people's images. */
const CONTAINER_ONLY = [
  'POSTGRES_USER',
  'POSTGRES_DB',
  'POSTGRES_PASSWORD',
  'DRACHTIO_ADMIN_ADDRESS',
  'DRACHTIO_ADMIN_TCP_PORT',
];

/** Settings that a container has its own value of, and why what .env says is heeded, or means nothing, all the same. */
const FOLDERS = {
  OPENLINE_DATA: 'the volume `data`, which edge and app share',
  RECORDINGS_DIR: './recordings is mounted there',
  RECORDINGS_DIR_2: 'the folder that .env names is mounted there',
};
const OWN: Record<'edge' | 'app', Record<string, string>> = {
  edge: { SIP_LISTEN: 'drachtio-server has the SIP ports', ...FOLDERS },
  app: {
    SIP_LISTEN: 'drachtio-server has the SIP ports',
    ...FOLDERS,
    BACKUP_DIR: 'the folder that .env names is mounted there',
  },
};
const OURS = ['edge', 'app'] as const;

interface Service {
  image?: string;
  stop_signal?: string;
  env_file?: { path: string; required: boolean }[];
  environment?: Record<string, string>;
  volumes?: string[];
  logging?: { driver: string; options: Record<string, string> };
}

interface Compose {
  services: Record<string, Service>;
}

/** Names that an env file sets or shows commented out. */
function settingsOf(envFile: string): string[] {
  return [...envFile.matchAll(/^#?\s*([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1] ?? '');
}

/** Names between `${` and `}`, with or without a default. */
function substitutionsOf(compose: string): string[] {
  return [...compose.matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1] ?? '');
}

/** Variables of a compose file that are neither settings nor a container's own. */
function unknownVariables(compose: string, envFile: string): string[] {
  const { services } = parse(compose) as Compose;
  const set = Object.values(services).flatMap(({ environment }) => Object.keys(environment ?? {}));
  const settings = settingsOf(envFile);
  const known = new Set([...settings, ...CONTAINER_ONLY]);
  const substituted = substitutionsOf(compose).filter((name) => !settings.includes(name));
  return [...new Set([...set.filter((name) => !known.has(name)), ...substituted])];
}

/** Settings whose value in .env a service does not get. */
function withheldFrom({ env_file = [], environment = {} }: Service, settings: string[]): string[] {
  const isRead = env_file.some(({ path }) => path === '.env');
  return settings.filter((name) => {
    const own = environment[name];
    // `${NAME}`, `${NAME:-default}` and `${NAME:?why}` pass it on; `${NAME:+other}` does not.
    return own === undefined ? !isRead : !new RegExp(`\\$\\{${name}(:[-?][^}]*)?\\}`).test(own);
  });
}

const composed = (name: string): Service =>
  (parse(read('docker-compose.yml')) as Compose).services[name] ?? {};

/** Places in the container at which something of the host, or a volume, is mounted. */
const mountedIn = ({ volumes = [] }: Service): string[] =>
  volumes.map((volume) => /:(\/[^:}]+)(?::ro)?$/.exec(volume)?.[1] ?? volume);

test('every variable of docker-compose.yml is in .env.example', () => {
  expect(settingsOf(read('.env.example')).length).toBeGreaterThan(10);
  expect(unknownVariables(read('docker-compose.yml'), read('.env.example'))).toEqual([]);
});

test('finds a variable that nothing documents, in either place', () => {
  const compose = 'services: { app: { image: "x:${TAG}", environment: { STRAY: 1, KNOWN: 2 } } }';
  expect(unknownVariables(compose, 'KNOWN=1\n')).toEqual(['STRAY', 'TAG']);
});

test('compose starts PostgreSQL, drachtio-server, a media edge and the app, each pinned', () => {
  const { services } = parse(read('docker-compose.yml')) as Compose;
  expect(Object.keys(services).sort()).toEqual(['app', 'drachtio-server', 'edge', 'postgres']);
  expect(services['edge']?.environment?.['SIP_LISTEN']).toBe('off');
  expect(services['postgres']?.image).toMatch(/^postgres:16\.\d+/);
  expect(services['drachtio-server']?.image).toMatch(/^drachtio\/drachtio-server:\d+\.\d+\.\d+$/);
});

test.each(OURS)('every setting reaches the %s, or is its own for a reason', (name) => {
  expect(withheldFrom(composed(name), Object.keys(SETTINGS)).sort()).toEqual(
    Object.keys(OWN[name]).sort(),
  );
  // Where there is no such file the settings are the defaults.
  expect(composed(name).env_file).toEqual([{ path: '.env', required: false }]);
});

test('finds a setting that does not reach its service', () => {
  const environment = { A: '${A}', B: '${B:?why}', C: '${C:+x}', D: 'x', E: '${EE:-1}' };
  const names = ['A', 'B', 'C', 'D', 'E', 'F'];
  expect(withheldFrom({ environment }, names)).toEqual(['C', 'D', 'E', 'F']);
  const env_file = [{ path: '.env', required: false }];
  expect(withheldFrom({ environment, env_file }, names)).toEqual(['C', 'D', 'E']);
});

test.each(OURS)('%s has every folder of its settings from outside', (name) => {
  const { environment = {}, volumes = [] } = composed(name);
  const folders = Object.keys(OWN[name]).filter((setting) => setting !== 'SIP_LISTEN');
  const places = folders.map((setting) => /\/app\/[\w-]+/.exec(environment[setting] ?? '')?.[0]);
  // Relative names of files, such as HTTP_TLS_CERT, lead into the folder of certificates.
  const others = name === 'app' ? ['/app/certificates'] : [];
  expect(mountedIn(composed(name)).sort()).toEqual([...places, ...others].sort());
  for (const setting of ['RECORDINGS_DIR_2', 'BACKUP_DIR'].filter((one) => folders.includes(one)))
    expect(volumes.some((volume) => volume.startsWith(`\${${setting}:-./`))).toBe(true);
});

test('the image makes the folders, so that a new volume belongs to who runs it', () => {
  const made = /RUN mkdir (.*) &&/.exec(read('Dockerfile'))?.[1]?.split(' ') ?? [];
  const mounted = new Set(OURS.flatMap((name) => mountedIn(composed(name))));
  expect(made.map((folder) => `/app/${folder}`).sort()).toEqual([...mounted].sort());
});

test('no log fills the disk, and the edge ends its calls when it is stopped', () => {
  const { services } = parse(read('docker-compose.yml')) as Compose;
  for (const { logging } of Object.values(services))
    expect(logging).toMatchObject({ options: { 'max-size': '10m', 'max-file': '10' } });
  expect(services['edge']?.stop_signal).toBe('SIGINT');
});
