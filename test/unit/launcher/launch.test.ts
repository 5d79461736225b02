import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config';
import { Launch } from '../../../src/launcher/launch';
import { Logs } from '../../../src/launcher/logs/logs';
import { Seen, waitFor } from '../../support/wait';

/** The launcher with real processes in place of edge and app, and a database of its own elsewhere. */
const children = join(__dirname, '../../support/children');
let folder: string;
let running: Launch | null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-launch-'));
  writeFileSync(join(folder, 'notes'), '');
  running = null;
});
afterEach(async () => {
  running?.kill();
  await running?.stop();
  rmSync(folder, { recursive: true });
});

interface Line {
  event: string;
  http: string[];
  sip: string[];
  drachtio: string | null;
  control: string;
  pids: { edge: number; app: number; postgres: number | null };
}

function launch(more: Record<string, string> = {}) {
  const env = {
    PATH: process.env['PATH'],
    OPENLINE_DATA: join(folder, 'data'),
    DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
    SIP_LISTEN: 'udp://127.0.0.1:0,tcp://127.0.0.1:0',
    DRACHTIO_LISTEN: '127.0.0.1:0',
    MEDIA_LISTEN: '127.0.0.1:0',
    HTTP_LISTEN: 'http://127.0.0.1:0',
    CHILD_NOTES: join(folder, 'notes'),
    ...more,
  };
  const lines = new Seen<Line>();
  const log: object[] = [];
  const config = loadConfig(env, folder);
  const shown: string[] = [];
  const logs = new Logs({
    folder: join(config.dataDir, 'logs'),
    to: config.logTo,
    limits: config.logFiles,
    now: Date.now,
    terminal: { write: (text) => shown.push(String(text)) > 0, writableLength: 0 },
  });
  const launch = new Launch({
    config,
    env,
    logs,
    entries: { edge: join(children, 'edge.cjs'), app: join(children, 'app.cjs') },
    say: (line) => lines.add(line as Line),
    log: (details) => log.push(details),
  });
  running = launch;
  return { launch, lines, log, logs, shown };
}

const notes = (): string[] => readFileSync(join(folder, 'notes'), 'utf8').split('\n').slice(0, -1);
const environmentOfApp = (): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, 'notes.env'), 'utf8')) as Record<string, string>;

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('says one line when all are up, and ends all', async () => {
  const { launch: product, lines } = launch();
  await product.start();
  expect(lines.all).toEqual([
    {
      event: 'listening',
      http: ['http://127.0.0.1:8091'],
      sip: ['udp://127.0.0.1:5071', 'tcp://127.0.0.1:5071'],
      drachtio: '127.0.0.1:9031',
      control: '127.0.0.1:9032',
      pids: { edge: expect.any(Number), app: expect.any(Number), postgres: null },
    },
  ]);
  const { pids } = lines.all[0]!;
  await product.stop();
  expect([lives(pids.edge), lives(pids.app)]).toEqual([false, false]);
  // The app is there until the edge has told it how its calls ended.
  expect(notes()).toEqual(['edge SIGINT', 'app SIGTERM']);
  expect(existsSync(join(folder, 'data/launcher.lock'))).toBe(false);
});

test('tells the app where the edge is, the secrets and absolute folders', async () => {
  const { launch: product } = launch({ RECORDINGS_DIR: 'rec' });
  await product.start();
  const secret = (name: string): string =>
    readFileSync(join(folder, 'data/secrets', name), 'utf8').trim();
  expect(environmentOfApp()).toMatchObject({
    OPENLINE_DATA: join(folder, 'data'),
    OPENLINE_LAUNCHED: '1',
    RECORDINGS_DIR: join(folder, 'rec'),
    DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
    DRACHTIO_HOST: '127.0.0.1',
    DRACHTIO_PORT: '9031',
    DRACHTIO_SECRET: secret('drachtio'),
    MEDIA_URL: 'tcp://127.0.0.1:9032',
    MEDIA_SECRET: secret('media'),
  });
});

test('a standby is told what it would otherwise have in another folder, and nobody else', async () => {
  const { launch: product } = launch({
    ...{ RECORDINGS_DIR: 'rec', HTTP_TLS_CERT: 'c.pem', HTTP_TLS_KEY: 'k.pem' },
    ...{ NTP_SERVERS: 'ntp.example', DATA_RESERVE_MB: '900', BACKUP_DIR: 'saved' },
  });
  await product.start();
  const path = join(folder, 'data/running.json');
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    ...{ OPENLINE_DATA: join(folder, 'data'), RECORDINGS_DIR: join(folder, 'rec') },
    ...{ HTTP_TLS_CERT: join(folder, 'c.pem'), HTTP_TLS_KEY: join(folder, 'k.pem') },
    ...{ NTP_SERVERS: 'ntp.example', DATA_RESERVE_MB: '900' },
    BACKUP_DIR: join(folder, 'saved'),
  });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await product.stop();
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['16, which a few hung disks leave free', {}, '16'],
  ['as many as are asked for', { UV_THREADPOOL_SIZE: '64' }, '64'],
])('gives the edge threads for files: %s', async (_what, given, threads) => {
  const { launch: product, lines } = launch(given);
  await product.start();
  const environment = readFileSync(`/proc/${lines.all[0]!.pids.edge}/environ`, 'utf8').split('\0');
  expect(environment).toContain(`UV_THREADPOOL_SIZE=${threads}`);
});

test('an edge for media only leaves the drachtio server to the settings', async () => {
  const { launch: product, lines } = launch({
    SIP_LISTEN: 'off',
    DRACHTIO_HOST: '10.0.0.9',
    DRACHTIO_PORT: '9999',
  });
  await product.start();
  expect(lines.all[0]).toMatchObject({ sip: [], drachtio: null });
  expect(environmentOfApp()).toMatchObject({ DRACHTIO_HOST: '10.0.0.9', DRACHTIO_PORT: '9999' });
});

test.each(['edge', 'app'] as const)('starts a fallen %s again on its old ports', async (name) => {
  const { launch: product, lines, log } = launch();
  await product.start();
  const [first] = lines.all;
  process.kill(first!.pids[name], 'SIGKILL');
  const again = await lines.next('the next line', (line) => line.pids[name] !== first!.pids[name]);
  expect({ ...again, pids: null }).toEqual({ ...first, pids: null });
  const other = name === 'edge' ? 'app' : 'edge';
  expect(again.pids[other]).toBe(first!.pids[other]);
  expect(log).toEqual([{ child: name, code: null, signal: 'SIGKILL', delayMs: 200 }]);
});

test('gives a child that was started again the ports that were found at first, and the streams measured then', async () => {
  const { launch: product, lines } = launch();
  await product.start();
  const { app } = lines.all[0]!.pids;
  process.kill(app, 'SIGKILL');
  await lines.next('the next line', (line) => line.pids.app !== app);
  expect(environmentOfApp()).toMatchObject({
    HTTP_LISTEN: 'http://127.0.0.1:8091',
    SIP_LISTEN: 'udp://127.0.0.1:5071,tcp://127.0.0.1:5071',
    DRACHTIO_LISTEN: '127.0.0.1:9031',
    MEDIA_LISTEN: '127.0.0.1:9032',
    MEDIA_MAX_STREAMS: '1266',
  });
});

test.each(['edge', 'app'])('ends with everything when the %s refuses to start', async (name) => {
  const { launch: product, lines } = launch({ [`CHILD_${name.toUpperCase()}`]: 'refuse' });
  await expect(product.start()).rejects.toThrow(`${name} did not start`);
  expect(lines.all).toEqual([]);
  expect(notes()).toEqual(name === 'edge' ? [] : ['edge SIGINT']);
  expect(existsSync(join(folder, 'data/launcher.lock'))).toBe(false);
});

test('a second start in the same folder is refused and harms nothing', async () => {
  const { launch: product, lines } = launch();
  await product.start();
  const { launch: second } = launch();
  await expect(second.start()).rejects.toThrow('already runs');
  running = product;
  expect(lives(lines.all[0]!.pids.app)).toBe(true);
});

test('a stop that comes while it starts ends what was started', async () => {
  const { launch: product, lines } = launch();
  const started = product.start();
  await product.stop();
  await started;
  expect(lines.all).toEqual([]);
  expect(existsSync(join(folder, 'data/launcher.lock'))).toBe(false);
});

test('kill ends children that do not listen', async () => {
  const { launch: product, lines } = launch({ CHILD_EDGE: 'deaf', CHILD_APP: 'deaf' });
  await product.start();
  const { pids } = lines.all[0]!;
  const stopped = product.stop();
  await waitFor('the edge to have been asked', () => notes().length === 1);
  expect([lives(pids.edge), lives(pids.app)]).toEqual([true, true]);
  product.kill();
  await stopped;
  expect([lives(pids.edge), lives(pids.app)]).toEqual([false, false]);
});

describe('logs', () => {
  const logOfApp = (): string[] =>
    readFileSync(join(folder, 'data/logs/app.log'), 'utf8').split('\n').slice(0, -1);

  test('of a child that was killed nothing is lost; the next one goes on in the same file', async () => {
    const {
      launch: product,
      lines,
      logs,
      shown,
    } = launch({ CHILD_APP: 'talks 3000', LOG_TO: 'files' });
    await product.start();
    const { app } = lines.all[0]!.pids;
    const again = await lines.next('the next line', (line) => line.pids.app !== app);
    await product.stop();
    await logs.close();
    const of = (pid: number): string[] =>
      Array.from({ length: 3000 }, (_, n) => JSON.stringify({ pid, n, fill: 'x'.repeat(40) }));
    // The first one killed itself behind its last word; the second was ended by us behind its own.
    expect(logOfApp()).toEqual([...of(app), ...of(again.pids.app)]);
    // What a child said before all were up is shown as well.
    expect(shown.join('')).not.toContain(String(again.pids.app));
  });

  test('why a child refuses is on the terminal, whatever LOG_TO says', async () => {
    const { launch: product, logs, shown } = launch({ CHILD_APP: 'refuse', LOG_TO: 'files' });
    await expect(product.start()).rejects.toThrow('app did not start');
    await logs.close();
    expect(shown.join('')).toBe('app: the port is taken\n');
    expect(logOfApp()).toEqual(['app: the port is taken']);
  });

  test('with LOG_TO=stderr there is no folder', async () => {
    const { launch: product } = launch({ LOG_TO: 'stderr' });
    await product.start();
    expect(existsSync(join(folder, 'data/logs'))).toBe(false);
  });
});
