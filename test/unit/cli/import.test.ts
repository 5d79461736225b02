import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFile } from '../../../src/cli/import';
import { IMPORT_WORDS } from '../../../src/cli/import-words';
import { NO_COUNTS, type ImportBatch } from '../../../src/domain/intake/batch';
import { loadSecret } from '../../../src/secrets';
import { A_PREVIEW } from '../../support/fake-imports';
import { startHttp, type TestHttp } from '../../support/http';

/** The command against the real HTTP edge. */
let folder: string;
let http: TestHttp;
let listen: string;
const CSV = '姓名,手机\n王芳,13800138000\n';
const COUNTS = { ...NO_COUNTS, rows: 3, customers: 2, leads: 2 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-import-'));
  http = startHttp({ deps: { adminToken: loadSecret(join(folder, 'data'), 'admin') } });
  listen = await http.listen();
});
beforeEach(() => {
  writeFileSync(join(folder, 'list.csv'), CSV);
  http.imports.batches = [];
  http.imports.files.length = 0;
  http.forget();
});
afterAll(async () => {
  await http.close();
  rmSync(folder, { recursive: true });
});

async function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await importFile({
    ...{ args, cwd: folder, env: { HTTP_LISTEN: listen, ...env }, everyMs: 1 },
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { code, out, err };
}

/** It has landed, with this, when it is looked at the second time. */
function lands(as: Partial<ImportBatch>): void {
  jest.restoreAllMocks();
  let looked = 0;
  const { find } = http.imports;
  jest.spyOn(http.imports, 'find').mockImplementation(async (id) => {
    const batch = await find.call(http.imports, id);
    if (batch !== null && (looked += 1) === 2) Object.assign(batch, as);
    return batch;
  });
}
afterEach(() => void jest.restoreAllMocks());

const ASKED = ['list.csv', '--source', 'showroom', '--store', 'sh01'];

test('a file is handed over as it is, and what came of it is told', async () => {
  lands({ state: 'done', counts: COUNTS });
  const { code, out } = await run([...ASKED, '--as', 'customers', '--area-code', '021']);
  expect(code).toBe(0);
  expect(out).toEqual([
    IMPORT_WORDS.en.done('list.csv', 'import-1'),
    IMPORT_WORDS.en.counts(COUNTS),
  ]);
  expect(http.imports.files).toEqual([CSV]);
  expect(http.imports.batches[0]).toMatchObject({
    ...{ storeId: 'sh01', by: 'admin-token', source: 'showroom', as: 'customers', area: '021' },
  });
  expect(http.audited[0]).toEqual({
    who: 'admin-token',
    what: 'import.begun',
    subject: 'import-1',
  });
});

test('rejected rows are written beside the file, never over those that somebody corrects', async () => {
  lands({ state: 'done', counts: { ...COUNTS, rejected: 1 } });
  const first = await run(ASKED, { LANG: 'zh_CN.UTF-8' });
  expect([first.code, first.out.at(-1)]).toEqual([1, IMPORT_WORDS.zh.rejects('list.rejects.csv')]);
  expect(readFileSync(join(folder, 'list.rejects.csv'), 'utf8')).toBe('\ufeffrejects of import-1');
  http.imports.batches = [];
  lands({ state: 'done', counts: { ...COUNTS, rejected: 1 } });
  expect((await run(ASKED)).out.at(-1)).toBe(IMPORT_WORDS.en.rejects('list.rejects-2.csv'));
  http.imports.batches = [];
  lands({ state: 'failed', error: 'IMPORT_UNREADABLE', counts: { ...COUNTS, rejected: 1 } });
  const named = await run([...ASKED, '--rejects', 'bad.csv', '--json']);
  expect(named.code).toBe(1);
  expect(JSON.parse(named.out.join(''))).toMatchObject({
    ...{ state: 'failed', error: 'IMPORT_UNREADABLE', rejectsFile: join(folder, 'bad.csv') },
  });
});

test('E30: with --dry-run what the file would do is printed, each cell beside what it is read as, and nothing lands', async () => {
  const english = await run([...ASKED, '--dry-run']);
  expect(english.code).toBe(1);
  expect(english.out).toEqual([
    'list.csv: a preview, nothing was changed.',
    IMPORT_WORDS.en.counts(A_PREVIEW.counts),
    '  1 × digits of the number are hidden by asterisks (NUMBER_MASKED)',
    'Columns: 姓名 → name, 手机 → number',
    'Row 2: a new customer',
    '  姓名 “ 王芳” → name: 王芳',
    '  手机 “138 0013 8000” → number: +8613800138000',
    'Row 3: rejected',
    '  digits are hidden',
  ]);
  const chinese = await run([...ASKED, '--dry-run'], { LANG: 'zh_CN.UTF-8' });
  expect(chinese.out).toEqual(expect.arrayContaining(['第 2 行：新客户', '  号码中有星号']));
  const json = await run([...ASKED, '--dry-run', '--json']);
  expect(JSON.parse(json.out.join(''))).toEqual(A_PREVIEW);
  expect([http.imports.files, http.imports.batches]).toEqual([[], []]);
  const refused = await run(['list.csv', '--source', 'web', '--dry-run']);
  expect([refused.code, refused.err.at(-1)]).toEqual([1, '--store: is missing']);
});

test('where there are several stores one is to be named', async () => {
  const { code, err } = await run(['list.csv', '--source', 'web']);
  expect([code, err.at(-1)]).toEqual([1, '--store: is missing']);
  expect(http.imports.files).toEqual([]);
});

test.each([[[]], [['list.csv']], [['a', 'b', '--source', 'web']], [['list.csv', '--surprise']]])(
  '%j is not understood',
  async (args: string[]) => {
    expect(await run(args)).toEqual({ code: 2, out: [], err: [IMPORT_WORDS.en.usage] });
  },
);

test('a file that is not there, or an app that does not run, is told', async () => {
  const gone = await run(['none.csv', '--source', 'web']);
  expect([gone.code, gone.err[0]]).toEqual([2, expect.stringMatching(/^none\.csv: .*ENOENT/)]);
  const silent = await run(ASKED, { HTTP_LISTEN: 'http://127.0.0.1:9' });
  expect([silent.code, silent.err[0]]).toEqual([2, expect.stringContaining('127.0.0.1:9')]);
});
