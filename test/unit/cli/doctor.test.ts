import { mkdtempSync, rmSync } from 'node:fs';
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
    ...[0, '[  ok  ] database: It answers, and its clock is ours.', 'Nothing is to be done.'],
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
    return { code, last: out.at(-1) };
  };
  expect(await ask(own)).toEqual({ code: 0, last: 'Nothing is to be done.' });
  expect(await ask(other)).toMatchObject({
    code: 2,
    last: expect.stringContaining('another certificate than that of this installation'),
  });
});

test('another option is none', async () => {
  expect(await run(['--fast'])).toEqual({ code: 2, out: ['Usage: npx openline doctor [--json]'] });
});
