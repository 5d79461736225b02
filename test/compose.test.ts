import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * docker-compose.yml and .env.example tell the same story: a variable that compose reads or sets is a
 * documented setting, or one that only a container of somebody else's knows.
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

interface Compose {
  services: Record<
    string,
    { image?: string; environment?: Record<string, string>; volumes?: string[] }
  >;
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

test.each(['edge', 'app'])('%s has every folder of its settings from outside', (name) => {
  const { environment = {}, volumes = [] } =
    (parse(read('docker-compose.yml')) as Compose).services[name] ?? {};
  const folders = ['OPENLINE_DATA', 'RECORDINGS_DIR', 'RECORDINGS_DIR_2'].map(
    (setting) => environment[setting],
  );
  const mounted = volumes.map((volume) => volume.slice(volume.lastIndexOf(':') + 1));
  expect(mounted.sort()).toEqual(folders.sort());
  // The image makes them, so that a new volume belongs to who runs it.
  const made = /RUN mkdir (.*) &&/.exec(read('Dockerfile'))?.[1]?.split(' ') ?? [];
  expect(made.map((folder) => `/app/${folder}`).sort()).toEqual(folders);
});
