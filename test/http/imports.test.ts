import { aBatch } from '../support/fake-imports';
import { startHttp, type TestHttp } from '../support/http';

let http: TestHttp;
beforeAll(() => void (http = startHttp()));
afterEach(() => {
  http.imports.batches = [];
  http.imports.files.length = http.imports.done.length = 0;
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
