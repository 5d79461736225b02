import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { importWorld, type ImportWorld } from '../../src/app/imports';
import type { ImportBatch } from '../../src/domain/intake/batch';
import type { ImportPreview, PreviewOrder } from '../../src/domain/intake/preview';
import { uuidv7Maker } from '../../src/engine/id';
import { messyFile } from '../support/messy-file';
import { useDatabase } from '../support/postgres';
import { NOW, PLAN } from '../support/two-stores';
import { xlsxOf } from '../support/xlsx';

/** What a file would do, beside what the import then does. */
const database = useDatabase();
let folder: string;
let world: ImportWorld;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'openline-preview-'));
  await database.db('store').insert(
    ['bj01', 'sh01'].map((id) => ({
      ...{ id, name: id, timezone: 'Asia/Shanghai', controller: `store:${id}` },
    })),
  );
  world = importWorld({
    ...{ db: database.db, folder, plan: () => PLAN, makeId: uuidv7Maker(), now: () => NOW },
    ...{ ready: async () => undefined, log: pino({ level: 'silent' }) },
  });
  world.start(() => true);
});
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const ORDER: PreviewOrder = {
  ...{ storeId: 'bj01', by: 'chen', fileName: 'list.csv', format: 'excel', as: 'leads' },
  ...{ source: 'hq', area: '', given: null },
};
const streamOf = (file: Buffer | string) => Readable.from([Buffer.from(file as string)]);

const previewed = (
  file: Buffer | string,
  order: Partial<PreviewOrder> = {},
  gone = new AbortController().signal,
): Promise<ImportPreview> => world.desk.preview({ ...ORDER, ...order }, streamOf(file), gone);

async function imported(
  file: Buffer | string,
  order: Partial<PreviewOrder> = {},
): Promise<ImportBatch> {
  const asked = { ...ORDER, ...order };
  const { id } = await world.desk.receive(asked, streamOf(file), () => undefined);
  await world.idle();
  const batch = await world.desk.find(id);
  if (batch === null) throw new Error('no such import');
  return batch;
}

/** Everything that is kept: each table with all that stands in it. */
async function everything(): Promise<Record<string, string>> {
  const { rows: tables } = await database.db.raw<{ rows: { name: string }[] }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const all: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await database.db.raw<{ rows: { all: string }[] }>(
      `select count(*) || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as all from ${name} t`,
    );
    all[name] = rows[0]?.all ?? '';
  }
  return all;
}

/** By code, of the rows that the import has rejected. */
async function rejectedBy({ id }: ImportBatch): Promise<{ code: string; rows: number }[]> {
  const { rows } = await database.db.raw<{ rows: { code: string; rows: number }[] }>(
    `select x ->> 'code' as code, count(distinct r.row_no)::int as rows
     from import_row r, jsonb_array_elements(r.reasons) x
     where r.batch_id = ? and r.outcome = 'rejected' group by 1 order by 2 desc, 1`,
    [id],
  );
  return rows;
}

async function outcomesOf({ id }: ImportBatch, rows: readonly number[]) {
  const found = await database
    .db('import_row')
    .where({ batch_id: id })
    .whereIn('row_no', [...rows])
    .orderBy('row_no')
    .select<{ row_no: number; outcome: string }[]>('row_no', 'outcome');
  return found.map(({ row_no, outcome }) => [row_no, outcome]);
}

/** It says what the import then does, to the row, and changes nothing. */
async function expectSaidBefore(file: Buffer | string, order: Partial<PreviewOrder> = {}) {
  const before = await everything();
  const preview = await previewed(file, order);
  expect(await everything()).toEqual(before);
  expect(readdirSync(folder)).toEqual([]);
  const batch = await imported(file, order);
  expect(batch.state).toBe('done');
  expect(preview.counts).toEqual(batch.counts);
  expect(preview.rejects).toEqual(await rejectedBy(batch));
  const first = preview.first.map(({ row, outcome }) => [row, outcome]);
  expect(first).toEqual(
    await outcomesOf(
      batch,
      preview.first.map(({ row }) => row),
    ),
  );
  expect(preview.columns.map(({ field }) => field)).toEqual(batch.heading?.mapping);
  return { preview, batch };
}

test('E30: the preview of a messy file says exactly what the import then does, in books that are empty and in books that know people', async () => {
  // Three portions: who comes in one is known in the next.
  const { preview } = await expectSaidBefore(messyFile(2600).bytes);
  expect(preview.first).toHaveLength(20);
  expect(preview.rejects.length).toBeGreaterThan(5);
  // Another file about some of the same people, under other names and with more of them.
  const other = await expectSaidBefore(messyFile(2600, 5).bytes);
  expect(other.preview.counts.doubtful).toBeGreaterThan(100);
  expect(other.preview.counts.filled).toBeGreaterThan(10);
  const again = await expectSaidBefore(messyFile(2600).bytes);
  expect(again.preview.counts).toMatchObject({ customers: 0, leads: 0, filled: 0, doubtful: 0 });
}, 180_000);

test('E30: customers alone, and people of another store, are said so before', async () => {
  const file = messyFile(300).bytes;
  const { preview } = await expectSaidBefore(file, { as: 'customers' });
  expect(preview.counts.leads).toBe(0);
  const other = await expectSaidBefore(file, { storeId: 'sh01' });
  expect(other.preview.counts.customers).toBeGreaterThan(200);
});

test('E30: rows are shown with what stood in each cell and what it is read as', async () => {
  const file = xlsxOf([
    ['姓名', '手机', '级别', '购车意向', '意向购车日期'],
    ['王先生', 13_800_138_000, 'H级', 'X3', 46_331],
    ['李伟', '138****8001', 'Z', null, null],
  ]);
  const { columns, first, rejects } = await previewed(file, { given: { 购车意向: null } });
  expect(columns[3]).toEqual({ heading: '购车意向', field: null });
  expect(first[0]).toEqual({
    ...{ row: 2, outcome: 'made', reasons: [] },
    fields: [
      { heading: '姓名', stood: '王先生', field: 'name', value: '王先生' },
      { heading: '手机', stood: '13800138000', field: 'number', value: '+8613800138000' },
      { heading: '级别', stood: 'H级', field: 'level', value: 'H' },
      { heading: '购车意向', stood: 'X3', field: null, value: null },
      { heading: '意向购车日期', stood: '46331', field: 'intendedOn', value: '2026-11-05' },
      // By how he is called.
      { heading: null, stood: '', field: 'sex', value: 'male' },
    ],
  });
  expect(first[1]).toMatchObject({
    ...{ row: 3, outcome: 'rejected' },
    reasons: [
      { code: 'NUMBER_MASKED', zh: expect.stringContaining('第 3 行 B 列') as string },
      { code: 'LEVEL_UNKNOWN', en: expect.stringContaining('row 3, column C') as string },
    ],
  });
  expect(first[1]?.fields.slice(0, 3)).toMatchObject([
    { value: '李伟' },
    { stood: '138****8001', value: null },
    { stood: 'Z', value: null },
  ]);
  expect(rejects).toEqual([
    { code: 'LEVEL_UNKNOWN', rows: 1 },
    { code: 'NUMBER_MASKED', rows: 1 },
  ]);
});

test('E30: what is said of columns for a preview is not remembered, and what was remembered counts', async () => {
  const file = '潜客,号码甲\n王芳,13800138000\n';
  const given = { 潜客: 'name', 号码甲: 'number' } as const;
  expect((await previewed(file, { given })).counts.customers).toBe(1);
  await expect(previewed(file)).rejects.toMatchObject({ code: 'IMPORT_NO_HEADING' });
  await imported(file, { given });
  expect((await previewed(file)).counts).toMatchObject({ rows: 1, same: 1 });
});

test('E30: a file that cannot be read is refused, who has hung up is not read for, and neither leaves anything', async () => {
  const before = await everything();
  for (const [file, code] of [
    ['a,b\n1,2\n', 'IMPORT_NO_HEADING'],
    [Buffer.from('PK\u0003\u0004…', 'latin1'), 'IMPORT_UNREADABLE'],
    [`姓名,手机\n王芳,13800138000\n${','.repeat(300)}\n`, 'IMPORT_TOO_LARGE'],
    ['', 'INVALID_REQUEST'],
  ] as const)
    await expect(previewed(file)).rejects.toMatchObject({ code });
  const gone = AbortSignal.abort();
  await expect(previewed(messyFile(50).bytes, {}, gone)).rejects.toMatchObject({
    code: 'IMPORT_BROKEN_OFF',
  });
  expect(await everything()).toEqual(before);
  expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
});

test('E30: a preview waits for nobody who holds a customer, and nobody waits for it', async () => {
  const file = '姓名,手机,地址\n王芳,13800138000,一号\n';
  await imported('姓名,手机\n王芳,13800138000\n');
  await database.db.transaction(async (trx) => {
    await trx('customer').forUpdate().select('id');
    expect((await previewed(file)).counts).toMatchObject({ rows: 1, filled: 1 });
  });
});
