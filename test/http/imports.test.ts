import { CodedError, ERRORS } from '../../src/domain/errors';
import { A_PREVIEW, aBatch } from '../support/fake-imports';
import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => {
  http.imports.batches = [];
  http.imports.files.length = http.imports.done.length = http.imports.previewed.length = 0;
  http.forget();
});
afterAll(() => http.close());

const CSV = Buffer.from('姓名,手机\n王芳,13800138000\n');
const send = (query: string, file: Buffer = CSV, headers = {}) =>
  http.ask('chen', 'POST', `/api/imports?${query}`, file, headers);
const NAMED = `name=${encodeURIComponent('展厅.csv')}&source=showroom`;

test('a file is taken as it is, noted first, and told what is known of it', async () => {
  const response = await send(`${NAMED}&format=paper&as=customers&areaCode=010`);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({
    ...{ id: 'import-1', storeId: 'bj01', by: 'chen', name: '展厅.csv', state: 'waiting' },
    ...{ format: 'paper', as: 'customers', source: 'showroom' },
    columns: [
      { heading: '姓名', field: 'name' },
      { heading: '手机', field: 'number' },
    ],
  });
  expect(http.imports.files).toEqual([CSV.toString()]);
  expect(http.audited).toEqual([{ who: 'chen', what: 'import.begun', subject: 'import-1' }]);
});

test('E30: what a file would do is told before, asked as an import is; nothing lands, and who asked is noted', async () => {
  const columns = encodeURIComponent('{"潜客":"name"}');
  const asked = `/api/imports/preview?${NAMED}&as=customers&areaCode=010&columns=${columns}`;
  const response = await http.ask('chen', 'POST', asked, CSV);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual(A_PREVIEW);
  expect(http.imports.previewed).toEqual([
    {
      file: CSV.toString(),
      order: {
        ...{ storeId: 'bj01', by: 'chen', fileName: '展厅.csv', format: 'excel', as: 'customers' },
        ...{ source: 'showroom', area: '010', given: { 潜客: 'name' } },
      },
    },
  ]);
  expect([http.imports.batches, http.imports.files]).toEqual([[], []]);
  expect(http.imports.done).toEqual(['previewed']);
  expect(http.audited).toEqual([{ who: 'chen', what: 'import.previewed', subject: 'bj01' }]);
});

test('E30: a preview is refused as an import is, in the language that is asked for', async () => {
  const ask = (query: string, headers = {}) =>
    http.ask('chen', 'POST', `/api/imports/preview?${query}`, CSV, headers);
  expect((await ask('name=x')).json()).toMatchObject({ code: 'INVALID_REQUEST' });
  expect((await ask(`${NAMED}&store=sh01`)).statusCode).toBe(404);
  expect((await ask(NAMED, { 'content-length': '104857601' })).statusCode).toBe(413);
  expect(http.imports.previewed).toEqual([]);
  for (const code of ['IMPORT_NO_HEADING', 'IMPORT_BROKEN_OFF'] as const) {
    const refuse = jest.spyOn(http.imports, 'preview').mockRejectedValue(new CodedError(code));
    const answers = await Promise.all(
      ['zh-CN', 'en'].map((language) => ask(NAMED, { 'accept-language': language })),
    );
    expect(answers.map((one) => one.json<{ message: string }>().message)).toEqual([
      ...[ERRORS[code].zh, ERRORS[code].en],
    ]);
    refuse.mockRestore();
  }
});

test('what the columns hold may be said', async () => {
  const columns = encodeURIComponent('{"潜客":"name","备注":null}');
  expect((await send(`${NAMED}&columns=${columns}`)).statusCode).toBe(200);
  expect(http.imports.batches[0]?.given).toEqual({ 潜客: 'name', 备注: null });
});

test.each([
  ['no source', 'name=x'],
  ['no name', 'source=hq'],
  ['another source', 'name=x&source=heaven'],
  ['an area code that is none', `${NAMED}&areaCode=86`],
  ['columns that are no JSON', `${NAMED}&columns=x`],
  ['columns that are a list', `${NAMED}&columns=[]`],
  ['a field that there is not', `${NAMED}&columns=${encodeURIComponent('{"a":"b"}')}`],
])('a request with %s is refused, and nothing is taken', async (_what, query) => {
  const response = await send(query);
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([
    ...[400, 'INVALID_REQUEST'],
  ]);
  expect([http.imports.files, http.audited]).toEqual([[], []]);
});

test('only a file is taken, and none that is too large', async () => {
  const json = await send(NAMED, CSV, { 'content-type': 'application/json' });
  expect(json.statusCode).toBe(415);
  const large = await send(NAMED, CSV, { 'content-length': '104857601' });
  expect(large.statusCode).toBe(413);
  expect(http.imports.files).toEqual([]);
});

test('a store in which he may not is none', async () => {
  expect((await send(`${NAMED}&store=sh01`)).statusCode).toBe(404);
  http.imports.batches = [aBatch({ storeId: 'sh01' })];
  for (const [method, url] of [
    ['GET', '/api/imports/import-1'],
    ['GET', '/api/imports/import-1/rejects.csv'],
    ['POST', '/api/imports/import-1/undo'],
  ] as const)
    expect((await http.ask('chen', method, url)).statusCode).toBe(404);
  const list = await http.ask('chen', 'GET', '/api/imports');
  expect(list.json()).toEqual({ items: [], next: null });
  expect([http.imports.done, http.audited]).toEqual([[], []]);
});

test('rejected rows are a file, and who took it is noted', async () => {
  http.imports.batches = [aBatch()];
  const response = await http.ask('chen', 'GET', '/api/imports/import-1/rejects.csv');
  expect(response.body).toBe('rejects of import-1');
  expect(response.headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="rejects-import-1.csv"',
  });
  expect(http.audited).toEqual([{ who: 'chen', what: 'import.rejects-read', subject: 'import-1' }]);
});

test.each([
  ['waiting', 'IMPORT_GOING'],
  ['running', 'IMPORT_GOING'],
  ['undoing', 'IMPORT_UNDONE'],
  ['undone', 'IMPORT_UNDONE'],
] as const)('one that is %s is not taken back: %s', async (state, code) => {
  http.imports.batches = [aBatch({ state })];
  const response = await http.ask('chen', 'POST', '/api/imports/import-1/undo');
  expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([409, code]);
  expect([http.imports.done, http.audited]).toEqual([[], []]);
});

test('what was done, or has failed, is taken back', async () => {
  for (const state of ['done', 'failed'] as const) {
    http.imports.batches = [aBatch({ state })];
    const response = await http.ask('chen', 'POST', '/api/imports/import-1/undo');
    expect(response.json()).toMatchObject({ state: 'undoing', undoneBy: 'chen' });
  }
  const note = { who: 'chen', what: 'import.undone', subject: 'import-1' };
  expect(http.audited).toEqual([note, note]);
});

test('what an undo has left is told', async () => {
  const kept = [
    { what: 'field' as const, id: 'c-1', field: 'address' },
    { what: 'lead' as const, id: 'l-1' },
  ];
  http.imports.batches = [aBatch({ state: 'undone', keptCount: 2, kept })];
  const response = await http.ask('chen', 'GET', '/api/imports/import-1');
  expect(response.json()).toMatchObject({
    kept: 2,
    keptItems: [kept[0], { what: 'lead', id: 'l-1', field: null }],
  });
});
