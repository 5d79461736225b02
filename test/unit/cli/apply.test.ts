import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { apply } from '../../../src/cli/apply';
import { loadSecret } from '../../../src/secrets';

/** The command against an HTTP server that stands for the app and answers as told. */
let folder: string;
let server: Server;
let answer: { status: number; body: unknown };
let asked: { url?: string | undefined; headers: IncomingHttpHeaders; body: string }[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-apply-'));
  asked = [];
  answer = { status: 200, body: { summary: {} } };
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      asked.push({
        url: `${request.method} ${request.url}`,
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
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

async function run(yaml: string, env: NodeJS.ProcessEnv = {}) {
  writeFileSync(join(folder, 'plan.yaml'), yaml);
  const out: string[] = [];
  const err: string[] = [];
  const listen = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await apply({
    path: 'plan.yaml',
    env: { HTTP_LISTEN: listen, ...env },
    cwd: folder,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
    input: noInput,
  });
  return { code, out, err };
}

const noInput = (): AsyncIterable<Buffer> => Readable.from([]);
const started = (): string => loadSecret(join(folder, 'data'), 'admin');

test('sends the plan as JSON with the token of the data folder, and tells what changed', async () => {
  const token = started();
  answer.body = {
    summary: {
      stores: { added: 1, changed: 0, removed: 0 },
      people: { added: 0, changed: 2, removed: 1 },
      phones: { added: 0, changed: 0, removed: 0 },
    },
  };
  expect(await run('stores: [{ id: bj01 }]')).toEqual({
    code: 0,
    out: ['stores: 1 added', 'people: 2 changed, 1 removed'],
    err: [],
  });
  expect(asked).toMatchObject([
    {
      url: 'POST /api/plan',
      headers: { authorization: `Bearer ${token}`, 'accept-language': 'en' },
      body: '{"stores":[{"id":"bj01"}]}',
    },
  ]);
});

test('says so when nothing changed', async () => {
  started();
  expect(await run('stores: []')).toMatchObject({ code: 0, out: ['Nothing changed.'] });
});

test('asks for Chinese in a Chinese terminal', async () => {
  started();
  await run('stores: []', { LANG: 'zh_CN.UTF-8' });
  expect(asked[0]?.headers['accept-language']).toBe('zh');
});

test('tells the problems with their lines', async () => {
  started();
  answer = {
    status: 422,
    body: {
      code: 'PLAN_REFUSED',
      message: 'The plan has faults; nothing was changed.',
      details: {
        problems: [
          { at: 'hotlines[0].queue', code: 'UNKNOWN_REFERENCE', message: 'There is no "x".' },
          { at: '', code: 'X', message: 'Whole.' },
        ],
      },
    },
  };
  expect(await run('stores: []\nhotlines:\n  - number: "400"\n    queue: x\n')).toEqual({
    code: 1,
    out: [],
    err: [
      'The plan has faults; nothing was changed.',
      'plan.yaml:4: hotlines[0].queue: There is no "x".',
      'plan.yaml:1: Whole.',
    ],
  });
});

test('a file that is no YAML is not sent', async () => {
  started();
  const { code, err } = await run('a: 1\na: 2\n');
  expect({ code, err }).toEqual({
    code: 1,
    err: [expect.stringMatching(/^plan\.yaml:2: .*unique/)],
  });
  expect(asked).toEqual([]);
});

test('an answer without problems is a failure with its message', async () => {
  started();
  answer = { status: 503, body: { code: 'INTERNAL', message: 'Something broke.' } };
  expect(await run('stores: []')).toEqual({ code: 2, out: [], err: ['Something broke.'] });
});

test('an Openline of another data folder is told as such', async () => {
  started();
  answer = { status: 401, body: { code: 'NOT_AUTHENTICATED', message: 'Nobody is signed in.' } };
  const { code, err } = await run('stores: []');
  expect(code).toBe(2);
  expect(err[0]).toContain(`belongs to another data folder than ${join(folder, 'data')}`);
});

test('an Openline that was never started here is told, and no folder is made', async () => {
  const { code, err } = await run('stores: []');
  expect(code).toBe(2);
  expect(err[0]).toContain(`has not been started with ${join(folder, 'data')}`);
});

test('an Openline that does not run is told with its address', async () => {
  started();
  const { code, err } = await run('stores: []', { HTTP_LISTEN: 'http://127.0.0.1:1' });
  expect(code).toBe(2);
  expect(err[0]).toContain('does not answer at http://127.0.0.1:1');
});

test('a file that is not there is told', async () => {
  const err: string[] = [];
  const terminal = { out: () => undefined, err: (line: string) => err.push(line) };
  expect(
    await apply({ path: 'nowhere.yaml', env: {}, cwd: folder, terminal, input: noInput }),
  ).toBe(2);
  expect(err[0]).toContain('nowhere.yaml cannot be read');
});
