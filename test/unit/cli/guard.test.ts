import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guard } from '../../../src/cli/guard';
import { CodedError } from '../../../src/domain/errors';
import { loadSecret } from '../../../src/secrets';
import { startHttp, type TestHttp } from '../../support/http';

/** The command against the real HTTP edge, behind which a fake guard stands. */
let folder: string;
let http: TestHttp;
let listen: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-guard-'));
  const adminToken = loadSecret(join(folder, 'data'), 'admin');
  http = startHttp({ deps: { adminToken } });
  listen = await http.listen();
});
afterEach(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await guard({
    args,
    env: { HTTP_LISTEN: listen },
    cwd: folder,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out, err };
}

test('lists who is held back and what was counted, in columns', async () => {
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(out.slice(0, 2)).toEqual([
    expect.stringMatching(/^ADDRESS    WHY     SINCE {20} UNTIL {20} DROPPED$/),
    expect.stringMatching(/^192\.0\.2\.1  digest  \S+Z  \S+Z  3$/),
  ]);
  expect(out.slice(-2)).toEqual(['flood    7', 'scanner  0']);
});

test('says so when nobody is held back', async () => {
  http.guard.held.clear();
  expect((await run()).out[0]).toBe('No address is held back.');
});

test('gives programs JSON', async () => {
  const { code, out } = await run('--json');
  expect(code).toBe(0);
  expect(out).toHaveLength(1);
  expect(JSON.parse(out[0] ?? '')).toEqual(await http.guard.status());
});

test('lets an address in again, once', async () => {
  expect(await run('unblock', '192.0.2.1')).toEqual({
    code: 0,
    out: ['192.0.2.1 is served again.'],
    err: [],
  });
  expect(await run('unblock', '192.0.2.1')).toEqual({
    code: 1,
    out: [],
    err: ['Nothing is held against this address at the moment.'],
  });
  // Noted before it is known whether there is anything to let in.
  expect(http.audited).toHaveLength(2);
});

test('tells that a drachtio-server cannot be asked', async () => {
  http.guard.failure = new CodedError('GUARD_UNAVAILABLE');
  const { code, err } = await run();
  expect(code).toBe(1);
  expect(err[0]).toContain('drachtio-server');
});

test.each([[['unblock']], [['unblock', '1.2.3.4', '5.6.7.8']], [['list']], [['--json', 'x']]])(
  'what it does not understand it does not do: %j',
  async (args) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err[0]).toContain('Usage: npx openline guard');
  },
);
