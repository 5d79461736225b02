import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { doctor } from '../../../src/cli/doctor';
import type { DoctorFacts } from '../../../src/domain/doctor/findings';
import { listenOn } from '../../../src/http/listen';
import { KeptCertificate } from '../../../src/http/tls/kept-certificate';
import { loadSecret } from '../../../src/secrets';
import { INSTALLATION, startHttp, type TestHttp } from '../../support/http';

/** The command against the real HTTP edge. */
let folder: string;
let http: TestHttp;
let facts: DoctorFacts;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'openline-doctor-'));
  facts = INSTALLATION;
  const adminToken = loadSecret(join(folder, 'data'), 'admin');
  http = startHttp({ deps: { adminToken, installation: () => Promise.resolve(facts) } });
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const listen = await http.listen();
  const out: string[] = [];
  const terminal = { out: (line: string) => out.push(line), err: (line: string) => out.push(line) };
  const code = await doctor({ args, env: { HTTP_LISTEN: listen, ...env }, cwd: folder, terminal });
  return { code, out };
}

test('where all is well it says so', async () => {
  const { code, out } = await run([]);
  expect([code, out[0], out.at(-1)]).toEqual([
    ...[
      0,
      '[  ok  ] database: It answers, and its clock is ours (PostgreSQL 16.4, 0.2 GB).',
      'Nothing is to be done.',
    ],
  ]);
});

test.each([
  [
    'en_GB.UTF-8',
    '[ FAIL ] database: It does not answer; calls go on, records wait on disk. See to PostgreSQL.',
  ],
  [
    'zh_CN.UTF-8',
    '[ FAIL ] database: 数据库没有应答：通话照常，记录留在本机日志里。请检查 PostgreSQL。',
  ],
])('what is to be done is told in the language of the terminal: %s', async (LANG, line) => {
  facts = { ...INSTALLATION, database: null };
  const { code, out } = await run([], { LANG });
  expect([code, out[0]]).toEqual([1, line]);
});

test('gives programs JSON, and the same exit code', async () => {
  facts = { ...INSTALLATION, missing: ['plan'] };
  const { code, out } = await run(['--json']);
  expect([code, out.length]).toEqual([1, 1]);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({ trunks: [] });
});

test('asks over https where the app listens so alone, and tells nobody else the token', async () => {
  const names = { hostname: 'pbx', addresses: ['127.0.0.1'] };
  const open = (tls: string) =>
    KeptCertificate.open({
      ...{ files: null, folder: tls, now: Date.now, names: () => names },
      ...{ onBad: () => undefined, log: pino({ level: 'silent' }) },
    });
  const [own, other] = [await open(join(folder, 'data/tls')), await open(join(folder, 'other'))];
  const ask = async (certificate: KeptCertificate) => {
    const place = { host: '127.0.0.1', port: 0, secure: true } as const;
    const { addresses, close } = await listenOn(http.app, [place], { certificate });
    const out: string[] = [];
    const terminal = { out: (line: string) => out.push(line), err: (l: string) => out.push(l) };
    const env = { HTTP_LISTEN: addresses[0] };
    const code = await doctor({ args: [], env, cwd: folder, terminal });
    certificate.close();
    await close();
    return { code, said: out.join('\n') };
  };
  expect(await ask(own)).toMatchObject({
    code: 0,
    said: expect.stringMatching(/Nothing is to be done\.$/),
  });
  expect(await ask(other)).toMatchObject({
    code: 2,
    said: expect.stringContaining('another certificate than that of this installation'),
  });
});

describe('while the app does not run', () => {
  const free = {
    ...{ SIP_LISTEN: 'off', DRACHTIO_LISTEN: '127.0.0.1:0', MEDIA_LISTEN: '127.0.0.1:0' },
    ...{ HTTP_LISTEN: 'http://127.0.0.1:9', MEDIA_PORTS: '0' },
  };
  async function away(env: NodeJS.ProcessEnv) {
    const out: string[] = [];
    const terminal = { out: (line: string) => out.push(line), err: () => undefined };
    const code = await doctor({ args: [], env: { ...free, ...env }, cwd: folder, terminal });
    expect(code).toBe(2);
    return out.filter((line) => !line.includes('[  ok  ]')).map((line) => line.slice(9));
  }

  test('it says so, and looks at what can be seen without it', async () => {
    expect((await away({}))[0]).toBe('app: It does not run. Run npm start.');
  });

  test('it says what keeps it from starting', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const said = await away({
      ...{ MEDIA_LISTEN: `127.0.0.1:${port}`, SIP_LISTEN: 'udp://192.0.2.1:5060' },
      DATABASE_URL: 'postgres://u:p@127.0.0.1:1/x',
    });
    server.close();
    expect(said.slice(0, 4)).toEqual([
      'app: It does not run. What follows keeps it from starting.',
      'SIP_LISTEN: This machine has no address 192.0.2.1:5060. Set one that it has, or 0.0.0.0.',
      `MEDIA_LISTEN: 127.0.0.1:${port} is taken. Stop the program that has it (sudo ss -lptun 'sport = :${port}'), or set another port.`,
      'database: 127.0.0.1:1 does not answer. Start PostgreSQL, or correct DATABASE_URL.',
    ]);
  });

  test('it says how many ports of calls somebody else has', async () => {
    const other = createSocket('udp4');
    other.bind(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address();
    const said = async (MEDIA_PORTS: string) =>
      (await away({ MEDIA_PORTS })).filter((line) => line.startsWith('MEDIA_PORTS'));
    expect(await said(`${port}-${port}`)).toEqual([
      expect.stringMatching(`^MEDIA_PORTS: 1 of the 1 ports of UDP ${port}-${port} are taken;`),
    ]);
    other.close();
    await once(other, 'close');
    expect(await said(`${port}-${port}`)).toEqual([]);
    // A range that is none.
    expect(await said('30000-20000')).toEqual([]);
  });

  test('it tells every problem of the settings', async () => {
    const said = await away({ LOG_LEVEL: 'loud', HTTP_TLS_CERT: 'x' });
    expect(said.filter((line) => line.startsWith('settings:'))).toHaveLength(2);
  });

  test('it names the process that runs and does not answer', async () => {
    writeFileSync(join(folder, 'data', 'launcher.lock'), JSON.stringify({ pid: process.pid }));
    expect((await away({}))[0]).toContain(`Process ${process.pid} runs`);
  });
});

test('another option is none', async () => {
  expect(await run(['--fast'])).toEqual({ code: 2, out: ['Usage: npx openline doctor [--json]'] });
});
