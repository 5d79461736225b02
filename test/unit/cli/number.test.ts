import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { number } from '../../../src/cli/number/number';
import { loadSecret } from '../../../src/secrets';
import { startHttp, type TestHttp } from '../../support/http';
import { PLAN } from '../../support/two-stores';

/** The command against the real HTTP edge, with a plan that says something of numbers. */
let folder: string;
let http: TestHttp;
let listen: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-number-'));
  http = startHttp({ deps: { adminToken: loadSecret(join(folder, 'data'), 'admin') } });
  const [trunk] = PLAN.trunks;
  http.live.thePlan = {
    ...PLAN,
    trunks: [
      {
        ...trunk!,
        area: '010',
        localMobiles: [],
        rewrite: { in: [{ match: '90|.', replace: '', note: 'platform' }] },
      },
      { id: 'second', from: ['192.0.2.2'], channels: 5, dials: 'e164' },
    ],
    numbers: { switchboards: ['01082345678'] },
  };
  listen = await http.listen();
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await number({
    args,
    env: { HTTP_LISTEN: listen, ...env },
    cwd: folder,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out: out.map((line) => line.replace(/ {2,}/g, ' | ')), err };
}

test('a delivered number is followed to its key, and to how each trunk would dial it', async () => {
  const { code, out } = await run(['90013800138000', '--trunk', 'carrier']);
  expect(code).toBe(0);
  expect(out).toEqual([
    'delivered | 90013800138000 (trunk carrier)',
    'rule rewrite.in[0] 90|. | 013800138000 | # platform',
    'normalised | +8613800138000',
    'key | +8613800138000',
    'kind | mobile',
    'identifies a person | yes',
    'looked up by | +8613800138000',
    'dialled by carrier | 013800138000',
    ' | as it is dialled | 013800138000',
  ]);
});

test('a shared number has its city and is not looked up; in Chinese where the terminal is', async () => {
  const { out } = await run(['82345678', '--trunk', 'carrier'], { LANG: 'zh_CN.UTF-8' });
  expect(out).toContain('类型 | 共用总机');
  expect(out).toContain('城市 | 北京');
  expect(out).toContain('能否认人 | 不能');
  expect(out).toContain('按此查找 | 不查找：每次来电都新建线索');
});

test('without a trunk no trunk’s rules apply, and every trunk says how it would dial', async () => {
  const { out } = await run(['--out', '+8613800138000']);
  expect(out[0]).toBe('to be called | +8613800138000');
  expect(out).toContain('dialled by carrier | 013800138000');
  expect(out).toContain('dialled by second | +8613800138000');
  expect((await run(['90013800138000'])).out).toContain('key | 90013800138000');
});

test('a number that we are called by is followed to its hotline, too', async () => {
  const { hotlines, trunks } = http.live.thePlan;
  const [hotline] = hotlines;
  const called = [{ match: '+86|.', replace: hotline!.number, note: 'DID' }];
  http.live.thePlan.trunks[0] = {
    ...trunks[0]!,
    rewrite: { called: [{ ...called[0]!, match: '6.' }] },
  };
  const { out } = await run(['62345678', '--trunk', 'carrier']);
  expect(out.slice(-2)).toEqual([
    `called through carrier | ${hotline!.number} (hotline)`,
    ` | rule rewrite.called[0] 6. | ${hotline!.number} | # DID`,
  ]);
  const other = await run([hotline!.number]);
  expect(other.out).toContain(`called through second | ${hotline!.number} (hotline)`);
});

test('gives programs JSON', async () => {
  const { out } = await run(['--json', '110']);
  expect(JSON.parse(out[0] ?? '')).toMatchObject({
    key: '110',
    kind: 'emergency',
    lookedUpBy: null,
    dialled: [{ number: '110' }, { number: '110', steps: [{ did: 'emergency' }] }],
  });
});

test('a trunk that is none is told as such', async () => {
  expect(await run(['110', '--trunk', 'other'])).toEqual({
    code: 1,
    out: [],
    err: ['The plan has no such trunk.'],
  });
});

test.each([[[]], [['1', '2']], [['1', '--rules']], [['1', '--trunk']], [[' ']]])(
  'what it does not understand it does not ask: %j',
  async (args) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err[0]).toContain('Usage: npx openline number');
  },
);
