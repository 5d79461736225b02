import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { plan, type PlanOptions } from '../../../src/cli/plan';
import { loadSecret } from '../../../src/secrets';

/** The commands of plans against an HTTP server that stands for the app and answers as told. */
let folder: string;
let server: Server;
let answer: { status?: number; type?: string; body: unknown };
let asked: { question: string; accept: string | undefined }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-plan-'));
  loadSecret(join(folder, 'data'), 'admin');
  writeFileSync(join(folder, 'plan.yaml'), 'stores: []\nhotlines:\n  - number: "400"\n');
  asked = [];
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { method, url, headers } = request;
      asked.push({ question: `${method} ${url}`, accept: headers.accept });
      const { status = 200, type = 'application/json', body } = answer;
      response.writeHead(status, { 'content-type': type });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

async function run(line: string, env: NodeJS.ProcessEnv = {}, input: Buffer[] = []) {
  const [command = '', ...args] = line.split(' ');
  const out: string[] = [];
  const err: string[] = [];
  const listen = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await plan({
    command: command as PlanOptions['command'],
    args,
    env: { HTTP_LISTEN: listen, ...env },
    cwd: folder,
    terminal: { out: (text) => out.push(text), err: (text) => err.push(text) },
    input: () => Readable.from(input),
  });
  return { code, out, err };
}

const CHANGES = [
  { section: 'hotlines', id: '401', is: 'removed', value: { number: '401' } },
  {
    ...{ section: 'people', id: 'wang', is: 'changed' },
    fields: [
      { field: 'name', from: null, to: '王芳' },
      { field: 'pin', from: null, to: null, secret: true },
    ],
  },
];
const TRIED = {
  ...{ dryRun: true, version: 8, summary: {}, changes: CHANGES },
  warnings: [
    { section: 'hotlines', id: '401', message: 'Refused.' },
    { section: 'sip', id: '', message: 'Again.' },
  ],
  findings: [{ code: 'X', severity: 'warning', at: 'hotlines[0]', message: 'Look.' }],
};

test('a dry run is told as a person reads it', async () => {
  answer = { body: TRIED };
  expect(await run('apply plan.yaml --dry-run')).toEqual({
    code: 0,
    out: [
      'Dry run: nothing was changed. It would be:',
      'hotlines',
      '  - 401',
      'people',
      '  ~ wang: name: (nothing) -> 王芳; pin: changed',
      'Calls that go on:',
      '  ! hotlines 401: Refused.',
      '  ! sip: Again.',
      'plan.yaml:3: warning: hotlines[0]: Look.',
    ],
    err: [],
  });
  expect(asked).toMatchObject([{ question: 'POST /api/plan?dryRun=true' }]);
  const chinese = await run('apply plan.yaml --dry-run', { LANG: 'zh_CN.UTF-8' });
  expect(chinese.out.slice(0, 1)).toEqual(['试运行，未做任何更改。将会：']);
  expect(chinese.out).toContain('  ~ wang: name: （无） -> 王芳; pin: 已更改');
  answer = { body: { ...TRIED, changes: [], warnings: [], findings: [] } };
  expect((await run('apply plan.yaml --dry-run')).out).toEqual(['Dry run: nothing would change.']);
});

test('a plan that comes in on standard input has lines as a file has', async () => {
  const text = Buffer.from('stores: [] # 店\nhotlines:\n  - number: "400"\n');
  // Cut within a character, as a pipe may.
  const input = [text.subarray(0, 14), text.subarray(14)];
  answer = { body: TRIED };
  const { code, out } = await run('apply --dry-run -', {}, input);
  expect([code, out.at(-1)]).toEqual([0, 'stdin:3: warning: hotlines[0]: Look.']);
  expect(asked).toMatchObject([{ question: 'POST /api/plan?dryRun=true' }]);
  const problems = [{ at: 'hotlines[0].queue', code: 'MISSING', message: 'Missing.' }];
  answer = { status: 422, body: { code: 'PLAN_REFUSED', message: 'No.', details: { problems } } };
  expect(await run('apply -', {}, input)).toMatchObject({
    ...{ code: 1, err: ['No.', 'stdin:3: hotlines[0].queue: Missing.'] },
  });
  expect(await run('lint -', {}, [Buffer.from('a: 1\na: 2\n')])).toMatchObject({
    ...{ code: 1, err: [expect.stringMatching(/^stdin:2: .*unique/)] },
  });
});

test('another order is told, although no section counts it', async () => {
  const order = { field: 'order', from: ['a', 'b'], to: ['b', 'a'] };
  const changes = [{ section: 'trunks', id: null, is: 'changed', fields: [order] }];
  answer = { body: { ...TRIED, dryRun: false, changes, warnings: [], findings: [] } };
  expect((await run('apply plan.yaml')).out).toEqual(['trunks', '  ~ order: [a, b] -> [b, a]']);
});

test('programs get the answer with lines', async () => {
  answer = { body: TRIED };
  const { out } = await run('apply plan.yaml --dry-run --json');
  expect(out.map((line) => JSON.parse(line) as unknown)).toEqual([
    { ...TRIED, findings: [{ ...TRIED.findings[0], line: 3 }] },
  ]);
  const problems = [{ at: 'hotlines[0].queue', code: 'MISSING', message: 'Missing.' }];
  answer = { status: 422, body: { code: 'PLAN_REFUSED', message: 'No.', details: { problems } } };
  const refused = await run('apply plan.yaml --json');
  expect(refused).toMatchObject({ code: 1, err: [] });
  expect(JSON.parse(refused.out[0] ?? '')).toMatchObject({ details: { problems: [{ line: 3 }] } });
});

test.each([
  ['nothing', [], [], 0, ['Nothing is to be said of this plan.'], []],
  ['a hint', [], ['hint'], 0, ['plan.yaml:3: hint: hotlines[0]: Look.'], []],
  ['an error', [], ['error'], 1, ['plan.yaml:3: error: hotlines[0]: Look.'], []],
  ['a fault', ['F'], [], 1, [], ['plan.yaml:3: hotlines[0]: F']],
])('the lint says %s, and ends with it', async (_what, faults, severities, code, out, err) => {
  const problems = faults.map((message) => ({ at: 'hotlines[0]', code: 'F', message }));
  const findings = severities.map((severity) => ({ ...TRIED.findings[0], severity }));
  answer = { body: { problems, findings } };
  expect(await run('lint plan.yaml')).toEqual({ code, out, err });
  expect(asked).toMatchObject([{ question: 'POST /api/plan/lint' }]);
});

test('the plan is exported to the terminal, or to a file', async () => {
  answer = { type: 'application/yaml; charset=utf-8', body: '# Openline\nstores: []\n' };
  expect(await run('export')).toMatchObject({ code: 0, out: ['# Openline\nstores: []'] });
  expect(asked).toEqual([{ question: 'GET /api/plan', accept: 'application/yaml' }]);
  expect(await run('export --output now.yaml')).toMatchObject({
    out: ['The plan is in now.yaml.'],
  });
  expect(readFileSync(join(folder, 'now.yaml'), 'utf8')).toBe(answer.body);
  expect(await run('export -o no/where.yaml')).toMatchObject({
    ...{ code: 2, err: [expect.stringContaining('no/where.yaml cannot be written')] },
  });
});

test('versions are listed with what changed, and gone back to', async () => {
  const version = { version: 7, at: Date.UTC(2026, 10, 29, 1), who: 'zhao', changes: CHANGES };
  answer = { body: { items: [version], next: null } };
  const { out } = await run('plan versions');
  expect(out[0]).toMatch(/^7 {2}2026-11-\S+ {2}zhao$/);
  expect(out.slice(1, 3)).toEqual(['    hotlines', '      - 401']);
  answer = {
    body: { ...TRIED, dryRun: false, summary: { people: { added: 1, changed: 0, removed: 0 } } },
  };
  expect((await run('plan undo --to 3')).out[0]).toBe('people: 1 added');
  answer = { status: 409, body: { code: 'NOTHING_TO_UNDO', message: 'Nothing.' } };
  expect(await run('plan undo --dry-run')).toMatchObject({ code: 1, err: ['Nothing.'] });
  expect(asked.slice(1).map(({ question }) => question)).toEqual([
    'POST /api/plan/undo?to=3',
    'POST /api/plan/undo?dryRun=true',
  ]);
});

test.each([
  ['apply', 'apply plan.yaml'],
  ['apply a.yaml b.yaml', 'apply plan.yaml'],
  ['apply plan.yaml --dry', 'apply plan.yaml'],
  ['lint --dry-run plan.yaml', 'lint plan.yaml'],
  ['export plan.yaml', 'export [--output'],
  ['plan', 'plan undo'],
  ['plan versions --to 3', 'plan undo'],
  ['plan undo --to last', 'plan undo'],
])('%s is not understood, and how it is used is told', async (line, usage) => {
  const { code, err } = await run(line);
  expect({ code, err }).toEqual({ code: 2, err: [expect.stringContaining(usage)] });
  expect(asked).toEqual([]);
});
